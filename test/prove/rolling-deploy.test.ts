import { rollingDeploy } from './proofs/rolling-deploy.ts';
import { testProof } from './test-proof.ts';

testProof(rollingDeploy);
