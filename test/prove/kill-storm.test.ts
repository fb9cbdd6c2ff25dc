import { killStorm } from './proofs/kill-storm.ts';
import { testProof } from './test-proof.ts';

await testProof(killStorm);
