import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { PartName, RunningPartOf } from './all-parts.ts';
import { allServices, databases, type ServiceName, type Surroundings, serviceNames } from './all-services.ts';
import { natsUsers } from './nats-users.ts';
import { type PlannedProcess, planProcesses } from './plan-processes.ts';
import type { OnProgress } from './progress.ts';
import { repositoryRoot } from './repository-root.ts';
import type { RunningService } from './start-service.ts';
import { startServices } from './start-services.ts';
import { type Stack, startStack } from './start-stack.ts';

export interface PlatformOptions {
  /** `fixed`: the ports of `npm run up`. */
  ports: 'random' | 'fixed';
  portOffset?: number;
  /** Data goes to `<dir>/data`, logs to `<dir>/logs`. Omitted: temporary folders, removed on stop. */
  dir?: string;
  /** How many gateway processes. Default 1. */
  gateways?: number;
  /** How many message service processes. Default 1. */
  messages?: number;
  /** Default: all five. Only the servers that these need are started. */
  services?: readonly ServiceName[];
  /** Further environment by service. */
  env?: Partial<Record<ServiceName, Record<string, string>>>;
  /** Files that the process of that name writes its id into before it begins, at every start: its control group. */
  joinFiles?: (name: string) => readonly string[];
  /** False: Postgres does not sync to disk. Default true. */
  durable?: boolean;
  /** Folders of single servers' data, e.g. on a mount of a certain size; kept on stop. Wins over `dir`. */
  partDirs?: { [Name in PartName]?: string };
  /** Further settings of Postgres, as for `-c`. */
  postgresSettings?: Record<string, string | number>;
  onProgress?: OnProgress;
  onLog?: (name: string, line: string) => void;
  /** Where `services/` and `infra/` are. Default: the repository that this package is in. */
  root?: string;
}

export interface Platform {
  /** Of the first gateway. */
  url: string;
  parts: { [Name in PartName]?: RunningPartOf<Name> };
  /** Every service process: `gateway`, `gateway-2`, `user`, `message`, … */
  processes: RunningService[];
  /** @throws when there is no process of that name. */
  process(name: string): RunningService;
  /** @throws when no service needed that part. */
  part<Name extends PartName>(name: Name): RunningPartOf<Name>;
  /** Passwords of the NATS users, one for each service. */
  natsUsers: Record<string, string>;
  /** Gateways first, then the other services, then the servers. */
  stop(): Promise<void>;
}

/** Starts the servers, brings the databases up to date and starts the services from their built files. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const root = resolve(options.root ?? repositoryRoot());
  const services = options.services ?? serviceNames;
  const onProgress = options.onProgress ?? (() => undefined);
  for (const service of services) await assertBuilt(root, service);
  const planned = await planProcesses({
    services,
    counts: { gateway: options.gateways ?? 1, message: options.messages ?? 1 },
    ports: options.ports,
    portOffset: options.portOffset ?? 0,
  });
  const temporary = options.dir === undefined ? await mkdtemp(join(tmpdir(), 'storm-services-')) : undefined;
  const forgetLogs = async () => {
    if (temporary) await rm(temporary, { recursive: true, force: true });
  };

  const dirOf = (name: PartName): { dir?: string } => {
    const given = options.partDirs?.[name];
    return given === undefined ? {} : { dir: given };
  };

  let stack: Stack | undefined;
  let processes: RunningService[];
  let around: Surroundings;
  try {
    stack = await startStack({
      parts: [...new Set(services.flatMap((service) => allServices[service].parts))],
      ports: options.ports,
      ...(options.portOffset === undefined ? {} : { portOffset: options.portOffset }),
      ...(options.dir === undefined ? {} : { dir: options.dir }),
      options: {
        postgres: {
          databases,
          durable: options.durable ?? true,
          settings: options.postgresSettings ?? {},
          ...dirOf('postgres'),
        },
        nats: { configFile: join(root, 'infra/nats/nats.conf'), env: natsUsers.env, ...dirOf('nats') },
        minio: { console: options.ports === 'fixed', ...dirOf('minio') },
      },
      onProgress,
    });
    around = surroundings(stack, planned);
    processes = await startServices({
      root,
      planned,
      around,
      env: options.env ?? {},
      joinFiles: options.joinFiles,
      logDir: temporary ?? join(resolve(options.dir ?? ''), 'logs'),
      removeAfterCrash: temporary,
      onLog: options.onLog,
      onProgress,
    });
  } catch (error) {
    await stack?.stop();
    await forgetLogs();
    throw error;
  }
  const { parts, stop: stopStack } = stack;

  const process = (name: string) => {
    const found = processes.find((one) => one.name === name);
    if (!found)
      throw new Error(`No process "${name}"; there are ${processes.map((one) => one.name).join(', ')}.`);
    return found;
  };
  return {
    url: processes[0]?.url ?? '',
    parts,
    processes,
    process,
    part: around.part,
    natsUsers: natsUsers.passwords,
    async stop() {
      const isGateway = ({ name }: RunningService) => name.startsWith('gateway');
      await Promise.all(processes.filter(isGateway).map((one) => one.stop()));
      await Promise.all(processes.filter((one) => !isGateway(one)).map((one) => one.stop()));
      await stopStack();
      await forgetLogs();
    },
  };
}

function surroundings(stack: Stack, planned: readonly PlannedProcess[]): Surroundings {
  return {
    part(name) {
      const found = stack.parts[name];
      if (!found) throw new Error(`The part "${name}" was not started: no service asked for it.`);
      return found;
    },
    serviceUrl(service) {
      // A service that was left out is as one that is down.
      const port = planned.find((one) => one.service === service)?.port ?? 1;
      return `http://127.0.0.1:${port}`;
    },
  };
}

async function assertBuilt(root: string, service: ServiceName): Promise<void> {
  const entry = join(root, 'services', service, 'dist', 'main.js');
  await access(entry).catch(() => {
    throw new Error(`${entry} is missing. Next: npx turbo run build`);
  });
}
