import { JetStreamApiError, type JetStreamManager, type StreamConfig } from '@nats-io/jetstream';

const streamNotFound = 10_059;

/**
 * Makes the stream exist with this configuration; an existing one is brought up to it, its messages stay.
 * @returns true when the stream was created now.
 */
export async function ensureStream(
  manager: JetStreamManager,
  config: Partial<StreamConfig> & { name: string },
): Promise<boolean> {
  try {
    await manager.streams.info(config.name);
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.code !== streamNotFound) throw error;
    await manager.streams.add(config);
    return true;
  }
  await manager.streams.update(config.name, config);
  return false;
}
