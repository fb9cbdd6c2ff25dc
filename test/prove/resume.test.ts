import { resume } from './proofs/resume.ts';
import { testProof } from './test-proof.ts';

await testProof(resume);
