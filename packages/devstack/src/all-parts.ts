import type { Part, RunningPart } from './part.ts';
import { minio } from './parts/minio.ts';
import { nats } from './parts/nats.ts';
import { postgres } from './parts/postgres.ts';
import { redis } from './parts/redis.ts';

/** Every part there is. A new one is a file in `parts/` and a line here. */
export const allParts = { postgres, nats, redis, minio };

export type PartName = keyof typeof allParts;

type PartOf<Name extends PartName> = (typeof allParts)[Name];
export type PartOptionsOf<Name extends PartName> =
  PartOf<Name> extends Part<infer Options, infer _Facts> ? Options : never;
export type RunningPartOf<Name extends PartName> =
  PartOf<Name> extends Part<infer _Options, infer Facts> ? RunningPart<Facts> : never;

export const partNames = Object.keys(allParts) as PartName[];
