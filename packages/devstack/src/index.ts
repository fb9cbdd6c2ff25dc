export { cacheDir } from './install/cache-dir.ts';
export { PartUnavailable } from './install/part-unavailable.ts';
export type { Part, PartOptions, RunningPart } from './part.ts';
export { type MinioFacts, type MinioOptions, type RunningMinio, startMinio } from './parts/minio.ts';
export { type NatsFacts, type NatsOptions, type RunningNats, startNats } from './parts/nats.ts';
export {
  type PostgresFacts,
  type PostgresOptions,
  type RunningPostgres,
  startPostgres,
} from './parts/postgres.ts';
export { type RunningRedis, startRedis } from './parts/redis.ts';
export { formatProgress, formatSeconds, type OnProgress, type Progress } from './progress.ts';
