import { fileURLToPath } from 'node:url';
import { jetstreamManager, type StreamConfig } from '@nats-io/jetstream';
import { inboxPrefix, type ServiceName, serviceNames, streams } from '@storm/contracts';
import { startNats } from '@storm/devstack';
import {
  type Bus,
  createBus,
  createLogger,
  createPublisher,
  ensureStream,
  type Publisher,
} from '@storm/runtime';
import { type ConnectionOptions, connect, errors, type NatsConnection } from 'nats';

const configFile = fileURLToPath(new URL('../../infra/nats/nats.conf', import.meta.url));
const log = createLogger('test', 'silent', 'test');
const passwordOf = (service: ServiceName): string => `${service}-test`;

/** A service as the bus sees it. */
export interface Guest {
  readonly bus: Bus;
  readonly connection: NatsConnection;
  readonly publisher: Publisher;
  /** What the server has refused this connection so far, e.g. `publish event.x`. */
  refusals(): Promise<readonly string[]>;
}

/** A NATS server with the users of the deployment and the streams of their owners, and every service connected. */
export async function startGuardedNats() {
  const variables = serviceNames.map((name) => [`NATS_${name.toUpperCase()}_PASSWORD`, passwordOf(name)]);
  const server = await startNats({ configFile, env: Object.fromEntries(variables) });
  const names = serviceNames;
  const guests = await Promise.all(names.map((service) => enter(server.url, service)));
  const as = Object.fromEntries(names.map((name, index) => [name, guests[index]])) as Record<
    ServiceName,
    Guest
  >;
  for (const { owner, ...config } of streams) {
    const manager = await jetstreamManager(as[owner].connection);
    // Made, then brought up to date, as at a second start.
    await ensureStream(manager, config as unknown as StreamConfig);
    await ensureStream(manager, config as unknown as StreamConfig);
  }
  return {
    as,
    /** @throws what the server says to who may not come in. */
    async knock(credentials: Pick<ConnectionOptions, 'user' | 'pass'>): Promise<void> {
      const connection = await connect({ servers: server.url, reconnect: false, ...credentials });
      await connection.close();
    },
    passwordOf,
    async stop() {
      await Promise.all(guests.map(({ bus }) => bus.drain()));
      await server.stop();
    },
  };
}

export type GuardedNats = Awaited<ReturnType<typeof startGuardedNats>>;

async function enter(url: string, service: ServiceName): Promise<Guest> {
  const settings = { url, user: service, password: passwordOf(service) };
  const bus = createBus({ ...settings, name: service, inboxPrefix: inboxPrefix(service) }, log);
  const connection = await bus.first;
  const refused: string[] = [];
  void watchRefusals(connection, refused);
  return {
    bus,
    connection,
    publisher: createPublisher(bus, { timeoutMs: 2_000 }),
    async refusals() {
      // The server answers in order, and what it answered is told one turn later.
      await connection.flush();
      await new Promise((resolve) => setImmediate(resolve));
      return [...refused];
    },
  };
}

async function watchRefusals(connection: NatsConnection, refused: string[]): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type !== 'error' || !(status.error instanceof errors.PermissionViolationError)) continue;
    refused.push(`${status.error.operation} ${status.error.subject}`);
  }
}
