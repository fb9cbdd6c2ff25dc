import { createInbox, type NatsConnection } from 'nats';
import { sleep } from '../measure.ts';

const inFlight = 320;
const body = Buffer.alloc(100, 'x');

/** L1: messages published to a stream and acknowledged by it, so many in flight as in row 1. @returns messages a second */
export async function measurePublishes(connection: NatsConnection, forMs: number): Promise<number> {
  const inbox = `${createInbox()}.`;
  let acknowledged = 0;
  let going = true;
  const publish = (): void => connection.publish('raw.publish', body, { reply: `${inbox}ack` });
  const subscription = connection.subscribe(`${inbox}*`, {
    callback: (_error, message) => {
      if (!message.string().includes('"seq"')) throw new Error(`not acknowledged: ${message.string()}`);
      acknowledged++;
      if (going) publish();
    },
  });
  for (let index = 0; index < inFlight; index++) publish();
  await sleep(500);
  const [from, before] = [performance.now(), acknowledged];
  await sleep(forMs);
  const perSecond = (acknowledged - before) / ((performance.now() - from) / 1_000);
  going = false;
  await connection.flush();
  subscription.unsubscribe();
  return perSecond;
}
