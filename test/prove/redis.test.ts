import { redis } from './proofs/redis.ts';
import { testProof } from './test-proof.ts';

await testProof(redis);
