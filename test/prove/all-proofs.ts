import type { Proof } from './proof.ts';
import { ackOnDisk } from './proofs/ack-on-disk.ts';
import { full } from './proofs/full.ts';
import { herd } from './proofs/herd.ts';
import { killStorm } from './proofs/kill-storm.ts';
import { limits } from './proofs/limits.ts';
import { poison } from './proofs/poison.ts';
import { powerCut } from './proofs/power-cut.ts';
import { redis } from './proofs/redis.ts';
import { resume } from './proofs/resume.ts';
import { rollingDeploy } from './proofs/rolling-deploy.ts';

/** In the order in which `npm run prove` plays them. */
export const allProofs: readonly Proof[] = [
  killStorm,
  ackOnDisk,
  resume,
  rollingDeploy,
  limits,
  full,
  poison,
  redis,
  powerCut,
  herd,
];
