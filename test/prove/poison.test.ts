import { poison } from './proofs/poison.ts';
import { testProof } from './test-proof.ts';

await testProof(poison);
