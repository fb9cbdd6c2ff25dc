import { apiPrefix } from '@storm/contracts';
import sharp from 'sharp';
import { sleep } from '../../sleep.ts';
import { type Attack, type Field, keepStriking } from './attack.ts';

const fileBytes = 25_000_000;

async function post(
  { urls, attacker, conversationId }: Field,
  name: string,
  type: string,
  bytes: Uint8Array<ArrayBuffer>,
) {
  const response = await fetch(`${urls[0]}${apiPrefix}/conversations/${conversationId}/media?name=${name}`, {
    method: 'POST',
    headers: { 'content-type': type, authorization: `Bearer ${attacker.token}` },
    body: bytes,
    signal: AbortSignal.timeout(60_000),
  });
  await response.arrayBuffer();
}

/** 25 MB at a time. */
export const largeUploads: Attack = {
  name: 'uploads of 25 MB',
  async start(field) {
    const bytes = Buffer.alloc(fileBytes, 'storm ');
    return keepStriking(1, async () => {
      await post(field, 'large.txt', 'text/plain', bytes);
      await sleep(500);
    });
  },
};

/** Pictures of some kilobytes that are hundreds of megabytes once they are decoded. */
export const imageBombs: Attack = {
  name: 'image bombs',
  async start(field) {
    const background = { r: 0, g: 0, b: 0 };
    const create = (side: number) =>
      sharp({ create: { width: side, height: side, channels: 3, background } });
    const bombs = [
      {
        name: 'bomb.png',
        type: 'image/png',
        bytes: await create(9_000).png({ compressionLevel: 9 }).toBuffer(),
      },
      {
        name: 'bomb.jpg',
        type: 'image/jpeg',
        bytes: await create(6_500).jpeg({ progressive: true }).toBuffer(),
      },
    ];
    let next = 0;
    return keepStriking(1, async () => {
      const bomb = bombs[next++ % bombs.length];
      if (bomb !== undefined) await post(field, bomb.name, bomb.type, Buffer.from(bomb.bytes));
      await sleep(200);
    });
  },
};
