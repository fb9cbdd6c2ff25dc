import { apiPrefix } from '@storm/contracts';
import { WebSocket } from 'ws';
import { call } from '../cast/call.ts';
import { type Person, registerPeople, startGroup } from '../cast/person.ts';
import { Receiver } from '../cast/receiver.ts';
import { sleep, waitUntil, within } from '../sleep.ts';
import type { Stage } from '../stage/stage.ts';

/** Three bytes each on the wire: 48 KB a message, more than a few hundred of them fit into no buffer. */
const text = '€'.repeat(16_000);
const most = 600;
const limitBytes = 1_048_576;

/** Bytes that wait for slow readers, as the gateway tells. */
async function unreadBytes(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^storm_socket_unread_bytes (\d+)/m.exec(metrics)?.[1] ?? 0);
}

/**
 * A socket stops reading while large messages are said; the gateway must cut it with a code from which one resumes,
 * and with the cursor of its last event the rest must come.
 */
export async function readSlowly(stage: Stage): Promise<{ code: number; missed: number }> {
  const [url = ''] = stage.urls;
  // Of people of their own: a large message to all sockets of a crowd is another matter.
  const [reader, sender] = (await registerPeople(url, 2)) as [Person, Person];
  const conversationId = await startGroup(url, sender, [reader]);
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { perMessageDeflate: false });
  const seqs = new Set<number>();
  let cursor = '';
  let code = 0;
  const ready = new Promise<void>((resolve) => {
    socket.on('open', () => socket.send(JSON.stringify({ type: 'hello', token: reader.token })));
    socket.on('message', (data) => {
      const frame = JSON.parse(data.toString());
      cursor = frame.cursor ?? cursor;
      if (frame.type === 'ready') resolve();
      if (frame.event === 'message-stored.v1' && frame.data.conversationId === conversationId)
        seqs.add(frame.data.seq);
    });
  });
  const closed = new Promise<void>((resolve) => {
    socket.on('close', (given) => {
      code = given;
      resolve();
    });
  });
  socket.on('error', () => socket.terminate());
  await within(ready, 5_000);
  socket.pause();
  let said = 0;
  let isCut = false;
  while (said < most && !isCut) {
    const sends = Array.from({ length: 10 }, () =>
      call(`${url}${apiPrefix}/conversations/${conversationId}/messages`, {
        body: { key: `slow-${said++}`, text },
        token: sender.token,
      }),
    );
    await Promise.all(sends);
    isCut = (await unreadBytes(url)) > limitBytes;
  }
  socket.resume();
  await within(closed, 4_000);
  socket.terminate();
  const resumed = new Receiver({
    urls: [url],
    person: reader,
    conversationIds: [conversationId],
    ignoresOthers: true,
  });
  resumed.cursor = cursor;
  resumed.onMessage = ({ seq }) => seqs.add(seq);
  await within(resumed.start(), 5_000);
  await waitUntil(() => seqs.size >= said, 5_000);
  resumed.stop();
  await sleep(50);
  return { code, missed: said - seqs.size };
}
