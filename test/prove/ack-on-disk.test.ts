import { ackOnDisk } from './proofs/ack-on-disk.ts';
import { testProof } from './test-proof.ts';

await testProof(ackOnDisk);
