import { redis } from './proofs/redis.ts';
import { testProof } from './test-proof.ts';

testProof(redis);
