import { powerCut } from './proofs/power-cut.ts';
import { testProof } from './test-proof.ts';

await testProof(powerCut);
