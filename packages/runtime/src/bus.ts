import { connect, type NatsConnection } from 'nats';
import type { Logger } from './logger.ts';
import { runtimeProblems } from './problem.ts';

export interface BusSettings {
  url: string;
  user?: string | undefined;
  password?: string | undefined;
  /** Shown in the server's monitoring. */
  name: string;
  /** Every reply inbox of this connection starts with it, so that rights can be given by service. */
  inboxPrefix: string;
}

/** A connection to NATS that may not be there yet, and that comes back by itself. */
export interface Bus {
  /** @throws Problem `service-unavailable` while NATS is not connected, so that nothing piles up in a client buffer. */
  readonly connection: NatsConnection;
  readonly isConnected: boolean;
  readonly inboxPrefix: string;
  /** Runs `task` now if connected, at the first connection and at every later one. Failures are logged. */
  onConnected(task: (connection: NatsConnection, isReconnect: boolean) => Promise<void> | void): void;
  /** Runs when the connection is lost, before anything can come over the next one. */
  onDisconnected(task: () => void): void;
  /** Resolves with the first connection. */
  readonly first: Promise<NatsConnection>;
  ping(): Promise<void>;
  /** Sends what is buffered, ends subscriptions after their last message, closes. */
  drain(): Promise<void>;
}

/** Starts connecting and returns at once; the library reconnects for ever, 250 ms apart with jitter. */
export function createBus(settings: BusSettings, log: Logger): Bus {
  let connection: NatsConnection | undefined;
  let connected = false;
  let closing = false;
  const tasks: ((connection: NatsConnection, isReconnect: boolean) => Promise<void> | void)[] = [];
  const disconnectTasks: (() => void)[] = [];
  const runTask = (task: (typeof tasks)[number], to: NatsConnection, isReconnect: boolean): void => {
    Promise.resolve()
      .then(() => task(to, isReconnect))
      .catch((error: unknown) => log.error({ err: error }, 'a task on connecting to NATS failed'));
  };
  const watch = async (to: NatsConnection): Promise<void> => {
    for await (const status of to.status()) {
      if (status.type === 'disconnect') {
        connected = false;
        for (const task of disconnectTasks) task();
      }
      if (status.type === 'reconnect') {
        connected = true;
        for (const task of tasks) runTask(task, to, true);
      }
      if (status.type === 'disconnect' || status.type === 'reconnect') {
        log.warn({ status: status.type }, 'nats connection');
      }
      // Nothing else tells of a subject that this user may not use.
      if (status.type === 'error') log.error({ err: status.error }, 'nats connection');
    }
  };
  const first = connect({
    servers: settings.url,
    ...(settings.user === undefined ? {} : { user: settings.user, pass: settings.password ?? '' }),
    name: settings.name,
    inboxPrefix: settings.inboxPrefix,
    waitOnFirstConnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    pingInterval: 10_000,
    maxPingOut: 2,
  }).then(async (opened) => {
    connection = opened;
    if (closing) {
      await opened.close();
      return opened;
    }
    connected = true;
    for (const task of tasks) runTask(task, opened, false);
    watch(opened).catch((error: unknown) => log.error({ err: error }, 'nats status'));
    return opened;
  });
  return {
    get connection() {
      if (connection === undefined || !connected) {
        throw runtimeProblems['service-unavailable']({
          detail: 'the message bus is not connected',
          retryAfterMs: 1_000,
        });
      }
      return connection;
    },
    get isConnected() {
      return connected;
    },
    inboxPrefix: settings.inboxPrefix,
    first,
    onConnected(task) {
      tasks.push(task);
      if (connection !== undefined && connected) runTask(task, connection, false);
    },
    onDisconnected(task) {
      disconnectTasks.push(task);
    },
    async ping() {
      await this.connection.flush();
    },
    async drain() {
      const isReachable = connected;
      connected = false;
      closing = true;
      if (connection === undefined || connection.isClosed()) return;
      // A server that is away takes nothing more, and draining towards it would fail.
      if (isReachable) await connection.drain();
      else await connection.close();
    },
  };
}
