import { jetstreamManager, type StreamConfig } from '@nats-io/jetstream';
import { commandStream, eventStream } from '@storm/contracts';
import { type Bus, ensureStream } from '@storm/runtime';

/** What the message service does in the deployment. */
export async function createStreams(bus: Bus): Promise<void> {
  const manager = await jetstreamManager(bus.connection);
  for (const { owner: _owner, ...config } of [commandStream, eventStream]) {
    await ensureStream(manager, config as unknown as StreamConfig);
  }
}
