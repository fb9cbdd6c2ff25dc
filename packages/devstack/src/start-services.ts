import { join } from 'node:path';
import { allServices, type ServiceName, type Surroundings } from './all-services.ts';
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
  logDir: string;
  /** Removed when this process dies while a service runs. */
  removeAfterCrash: string | undefined;
  onLog: ((name: string, line: string) => void) | undefined;
  onProgress: OnProgress;
}

/** Brings the databases up to date and starts all service processes. When one fails, the others are stopped again. */
export async function startServices(options: ServicesOptions): Promise<RunningService[]> {
  const { root, planned, logDir } = options;
  const migrating = new Set(
    planned.map(({ service }) => service).filter((name) => allServices[name].migrates),
  );
  // One after the other: two that share a database would meet on its migration lock.
  for (const service of migrating) {
    await runToEnd({
      ...settingsOf({ name: `${service} tables`, service, port: 0 }, options),
      entry: join(root, 'services', service, 'dist', 'migrate.js'),
      logFile: join(logDir, `${service}-migrate.log`),
    });
  }
  return startTogether(planned.map((one) => () => startService(settingsOf(one, options))));
}

function settingsOf({ name, service, port }: PlannedProcess, options: ServicesOptions): ServiceOptions {
  const { root, around, env, logDir, removeAfterCrash, onLog, onProgress } = options;
  const plan = allServices[service];
  return {
    name,
    port,
    healthPath: plan.healthPath,
    entry: join(root, 'services', service, 'dist', 'main.js'),
    nodeFlags: plan.nodeFlags,
    env: {
      PORT: String(port),
      LOG_LEVEL: 'info',
      INSTANCE_ID: name,
      NATS_URL: around.part('nats').url,
      NATS_USER: service,
      NATS_PASSWORD: natsUsers.passwords[service],
      ...plan.env(around),
      ...env[service],
    },
    logFile: join(logDir, `${name}.log`),
    removeAfterCrash,
    onLog,
    onProgress,
  };
}
