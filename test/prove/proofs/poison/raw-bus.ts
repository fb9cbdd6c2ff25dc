import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { deadLetterStream } from '@storm/contracts';
import { headers } from 'nats';
import { uuidv7 } from 'uuidv7';
import { connectNats } from '../../stage/connect-nats.ts';
import type { Stage } from '../../stage/stage.ts';

/** Says whatever it is given in the name of a service; text as it is, all else as JSON. */
export interface RawBus {
  command(subject: string, data: unknown): Promise<void>;
  event(subject: string, data: unknown): Promise<void>;
  countParked(): Promise<number>;
  close(): Promise<void>;
}

export async function openRawBus(stage: Stage): Promise<RawBus> {
  const [asGateway, asMessage] = await Promise.all([
    connectNats(stage, 'gateway'),
    connectNats(stage, 'message'),
  ]);
  const manager = await jetstreamManager(asMessage);
  const write = (data: unknown): string => (typeof data === 'string' ? data : JSON.stringify(data));
  return {
    async command(subject, data) {
      asGateway.publish(subject, write(data));
      await asGateway.flush();
    },
    async event(subject, data) {
      const id = uuidv7();
      const given = headers();
      given.set('Nats-Msg-Id', id);
      await jetstream(asMessage).publish(subject, write(data), { headers: given });
    },
    countParked: async () => (await manager.streams.info(deadLetterStream.name)).state.messages,
    close: async () => void (await Promise.all([asGateway.close(), asMessage.close()])),
  };
}
