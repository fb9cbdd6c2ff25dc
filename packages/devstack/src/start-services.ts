import { join } from 'node:path';
import { allServices, imageNodeFlags, type ServiceName, type Surroundings } from './all-services.ts';
import { natsUsers } from './nats-users.ts';
import type { PlannedProcess } from './plan-processes.ts';
import type { OnProgress } from './progress.ts';
import { runToEnd } from './run-to-end.ts';
import { type RunningService, type ServiceOptions, startService } from './start-service.ts';
import { startTogether } from './start-together.ts';

export interface ServicesOptions {
  root: string;
  planned: readonly PlannedProcess[];
  around: Surroundings;
  env: Partial<Record<ServiceName, Record<string, string>>>;
  joinFiles: ((name: string) => readonly string[]) | undefined;
  logDir: string;
  /** Removed when this process dies while a service runs. */
  removeAfterCrash: string | undefined;
  onLog: ((name: string, line: string) => void) | undefined;
  onProgress: OnProgress;
}

/** Starts every service process once its tables are up to date. When one fails, the others are stopped again. */
export async function startServices(options: ServicesOptions): Promise<RunningService[]> {
  const migrations = startMigrations(options);
  return startTogether(
    options.planned.map((one) => async (givenUp) => {
      await migrations.get(one.service);
      return startService({ ...settingsOf(one, options), givenUp });
    }),
  );
}

function startMigrations(options: ServicesOptions): Map<ServiceName, Promise<void>> {
  const migrations = new Map<ServiceName, Promise<void>>();
  const lastOfDatabase = new Map<string, Promise<void>>();
  for (const service of new Set(options.planned.map((one) => one.service))) {
    const { database } = allServices[service];
    if (database === null) continue;
    // One after the other: two that share a database would meet on its migration lock.
    const migration = (lastOfDatabase.get(database) ?? Promise.resolve()).then(() =>
      migrate(service, options),
    );
    lastOfDatabase.set(database, migration);
    migrations.set(service, migration);
  }
  return migrations;
}

function migrate(service: ServiceName, options: ServicesOptions): Promise<void> {
  return runToEnd({
    ...settingsOf({ name: `${service} tables`, service, port: 0 }, { ...options, joinFiles: undefined }),
    entry: join(options.root, 'services', service, 'dist', 'migrate.js'),
    logFile: join(options.logDir, `${service}-migrate.log`),
  });
}

function settingsOf({ name, service, port }: PlannedProcess, options: ServicesOptions): ServiceOptions {
  const { root, around, env, joinFiles, logDir, removeAfterCrash, onLog, onProgress } = options;
  const plan = allServices[service];
  return {
    name,
    port,
    healthPath: plan.healthPath,
    entry: join(root, 'services', service, 'dist', 'main.js'),
    nodeFlags: [...imageNodeFlags(service), ...plan.nodeFlags],
    env: {
      PORT: String(port),
      LOG_LEVEL: 'info',
      INSTANCE_ID: name,
      // As in the manifests.
      MALLOC_ARENA_MAX: '1',
      NATS_URL: around.part('nats').url,
      NATS_USER: service,
      NATS_PASSWORD: natsUsers.passwords[service],
      ...plan.env(around),
      ...env[service],
    },
    logFile: join(logDir, `${name}.log`),
    joinFiles: joinFiles?.(name),
    removeAfterCrash,
    onLog,
    onProgress,
  };
}
