import { JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import { type KV, Kvm, type KvOptions } from '@nats-io/kv';
import { type Bus, Problem, runtimeProblems } from '@storm/runtime';
import type { NatsConnection } from 'nats';

const wrongLastSequence = [10_071, 10_164];

/** A bucket that exists once NATS was reached; until then every use of it says `service-unavailable`. */
export interface KvBucket {
  /** Makes it exist; called at each connection, because a server can come back without its data. */
  prepare(connection: NatsConnection): Promise<void>;
  use<T>(task: (bucket: KV) => Promise<T>): Promise<T>;
  /** Runs a write that the bucket may refuse because the entry changed. @returns false when it did. */
  tryWrite(task: (bucket: KV) => Promise<unknown>): Promise<boolean>;
  /** Keys that match, e.g. `user.*`, without reading values or making a consumer. */
  keys(filter: string): Promise<string[]>;
  /** Leaves nothing behind, not even a mark of the deletion. */
  erase(key: string): Promise<void>;
}

export function createKvBucket(bus: Bus, name: string, options: Partial<KvOptions>): KvBucket {
  const stream = `KV_${name}`;
  const prefix = `$KV.${name}.`;
  let bucket: KV | undefined;

  const use: KvBucket['use'] = async (task) => {
    // Throws while there is no connection.
    void bus.connection;
    if (bucket === undefined) throw unavailable('not prepared yet');
    try {
      return await task(bucket);
    } catch (error) {
      throw isConflict(error) || error instanceof Problem ? error : unavailable(String(error), error);
    }
  };
  const unavailable = (reason: string, cause?: unknown): Problem =>
    runtimeProblems['service-unavailable']({
      detail: `bucket ${name}: ${reason}`,
      retryAfterMs: 1_000,
      cause,
    });

  return {
    async prepare(connection) {
      bucket = await new Kvm(connection).create(name, { history: 1, allow_direct: false, ...options });
    },
    use,
    async tryWrite(task) {
      try {
        await use(task);
        return true;
      } catch (error) {
        if (isConflict(error)) return false;
        throw error;
      }
    },
    keys: (filter) =>
      use(async () => {
        const manager = await jetstreamManager(bus.connection, { checkAPI: false });
        const { state } = await manager.streams.info(stream, { subjects_filter: prefix + filter });
        return Object.keys(state.subjects ?? {}).map((subject) => subject.slice(prefix.length));
      }),
    erase: (key) =>
      use(async () => {
        const manager = await jetstreamManager(bus.connection, { checkAPI: false });
        await manager.streams.purge(stream, { filter: prefix + key });
      }),
  };
}

const isConflict = (error: unknown): boolean =>
  error instanceof JetStreamApiError && wrongLastSequence.includes(error.code);
