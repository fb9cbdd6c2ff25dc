import { type RunningNats, startNats } from '@storm/devstack';
import { type Bus, createBus } from '@storm/runtime';
import { createTestLogger } from './create-test-logger.ts';

export interface TestBus {
  server: RunningNats;
  /** Opens another connection, as another process would. */
  connect(name: string): Promise<Bus>;
  /** Drains what was opened and ends the server. */
  stop(): Promise<void>;
}

/** A NATS server of its own with JetStream and no users. */
export async function createTestBus(): Promise<TestBus> {
  const server = await startNats({});
  const buses: Bus[] = [];
  return {
    server,
    async connect(name) {
      const bus = createBus({ url: server.url, name, inboxPrefix: `_INBOX_${name}` }, createTestLogger());
      await bus.first;
      buses.push(bus);
      return bus;
    },
    async stop() {
      await Promise.all(buses.map((bus) => bus.drain()));
      await server.stop();
    },
  };
}
