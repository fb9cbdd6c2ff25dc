import { full } from './proofs/full.ts';
import { testProof } from './test-proof.ts';

await testProof(full);
