export type { PartName, PartOptionsOf, RunningPartOf } from './all-parts.ts';
export { imageNodeFlags, type ServiceName, serviceNames } from './all-services.ts';
export { forgetData } from './forget-data.ts';
export { stopEverything } from './guarded-process.ts';
export { cacheDir } from './install/cache-dir.ts';
export { obtainChromium } from './install/obtain-chromium.ts';
export { PartUnavailable } from './install/part-unavailable.ts';
export { installServers } from './install-servers.ts';
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
export { repositoryRoot } from './repository-root.ts';
export { type Platform, type PlatformOptions, startPlatform } from './start-platform.ts';
export type { RunningService } from './start-service.ts';
export { type Stack, type StackOptions, startStack } from './start-stack.ts';
