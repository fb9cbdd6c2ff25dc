import type { Proof } from './proof.ts';
import { killStorm } from './proofs/kill-storm.ts';

/** In the order in which `npm run prove` plays them. */
export const allProofs: readonly Proof[] = [killStorm];
