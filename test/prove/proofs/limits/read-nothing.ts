import { randomBytes } from 'node:crypto';
import { apiPrefix } from '@storm/contracts';
import { WebSocket } from 'ws';
import { call } from '../../cast/call.ts';
import { sleep, within } from '../../sleep.ts';
import { type Attack, keepStriking } from './attack.ts';

const largeText = '€'.repeat(16_000);

/** Sockets that stop reading, in a conversation in which much is said. */
export const stalledReaders: Attack = {
  name: 'stalled readers',
  async start({ urls, strength, attacker, conversationId }) {
    const readers = keepStriking(strength, async (lane, isOn) => {
      const url = urls[lane % urls.length] ?? '';
      const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { perMessageDeflate: false });
      socket.on('error', () => socket.terminate());
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      socket.on('open', () => socket.send(JSON.stringify({ type: 'hello', token: attacker.token })));
      socket.once('message', () => socket.pause());
      for (let waited = 0; isOn() && waited < 100; waited++) if (await within(closed, 100)) break;
      socket.terminate();
      await sleep(isOn() ? 500 : 0);
    });
    const talking = keepStriking(1, async () => {
      const path = `${urls[0]}${apiPrefix}/conversations/${conversationId}/messages`;
      const body = { key: randomBytes(9).toString('hex'), text: largeText };
      await call(path, { body, token: attacker.token });
      await sleep(100);
    });
    return {
      get strikes() {
        return readers.strikes + talking.strikes;
      },
      async stop() {
        await Promise.all([readers.stop(), talking.stop()]);
      },
    };
  },
};
