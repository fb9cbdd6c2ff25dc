import { herd } from './proofs/herd.ts';
import { testProof } from './test-proof.ts';

await testProof(herd);
