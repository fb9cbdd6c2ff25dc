import { rollingDeploy } from './proofs/rolling-deploy.ts';
import { testProof } from './test-proof.ts';

await testProof(rollingDeploy);
