import { limits } from './proofs/limits.ts';
import { testProof } from './test-proof.ts';

await testProof(limits);
