import { startNats } from '@storm/devstack';
import { connect, type Msg } from 'nats';
import { encodeHeaders, findHeader } from './raw-headers.ts';

/** The message as the library gives it to a subscriber. */
async function sendThrough(fields: Record<string, string> | undefined): Promise<Msg> {
  const nats = await startNats();
  const connection = await connect({ servers: nats.url });
  const heard = new Promise<Msg>((resolve) =>
    connection.subscribe('some.subject', { callback: (_error, message) => resolve(message) }),
  );
  connection.publish('some.subject', 'Storm-Reply: body', fields && { headers: encodeHeaders(fields) });
  const message = await heard;
  await connection.close();
  await nats.stop();
  return message;
}

test('a header is found in the bytes of a message as the library would give it', async () => {
  const message = await sendThrough({ 'Nats-Msg-Id': 'one', 'Storm-Reply': '_INBOX_gateway.A.batch.1' });
  expect(findHeader(message, 'Storm-Reply')).toBe(message.headers?.get('Storm-Reply'));
  expect(findHeader(message, 'Nats-Msg-Id')).toBe('one');
  expect(findHeader(message, 'Storm')).toBeUndefined();
});

test('a message without headers has none, whatever its body says', async () => {
  expect(findHeader(await sendThrough(undefined), 'Storm-Reply')).toBeUndefined();
});
