import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { apiPrefix, type Media } from '@storm/contracts';
import { Client } from 'minio';
import type { BenchUser } from '../bench-platform.ts';
import { connectMessages, fillConversations } from '../fill-database.ts';
import { alternate, anonymousMiB, sleep, watchPeak } from '../measure.ts';
import { judge, type Row, type RowResult } from '../row.ts';

const mebibyte = 1_048_576;

/** Sends or reads a body of `bytes` over one request; resolves with MiB a second. */
function transfer(
  url: string,
  method: 'PUT' | 'POST' | 'GET',
  headers: Record<string, string>,
  bytes: number,
): Promise<{ rate: number; body: string }> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      { method, headers: method === 'GET' ? headers : { ...headers, 'content-length': String(bytes) } },
      (response) => {
        let read = 0;
        let body = '';
        response.on('data', (chunk: Buffer) => {
          read += chunk.length;
          if (method !== 'GET') body += chunk.toString();
        });
        response.on('end', () => {
          if ((response.statusCode ?? 500) >= 300)
            return reject(new Error(`${method} ${response.statusCode} ${body}`));
          if (method === 'GET' && read !== bytes) return reject(new Error(`read ${read} of ${bytes} bytes`));
          resolve({ rate: bytes / mebibyte / ((performance.now() - startedAt) / 1_000), body });
        });
        response.on('error', reject);
      },
    );
    call.on('error', reject);
    if (method === 'GET') return void call.end();
    const chunk = randomBytes(mebibyte);
    let left = bytes;
    const write = (): void => {
      while (left > 0) {
        const part = left >= chunk.length ? chunk : chunk.subarray(0, left);
        left -= part.length;
        if (!call.write(part)) return void call.once('drain', write);
      }
      call.end();
    };
    write();
  });
}

/** Row 10: media through the gateway beside the object store alone; memory from small to large. */
export const mediaRow: Row = {
  gives: [10],
  title: 'media streamed through the gateway',
  async run({ quick, say, site }) {
    const bytes = (quick ? 64 : 256) * mebibyte;
    const largest = quick ? bytes : 1_024 * mebibyte;
    const { platform, users } = await site({ canLimitCpu: true });
    const minio = platform.part('minio');
    const store = new Client({
      endPoint: minio.host,
      port: minio.port,
      useSSL: false,
      accessKey: minio.accessKey,
      secretKey: minio.secretKey,
    });
    if (!(await store.bucketExists('bench'))) await store.makeBucket('bench');
    const putUrl = await store.presignedPutObject('bench', 'object', 3_600);
    const getUrl = await store.presignedGetObject('bench', 'object', 3_600);
    const [user] = (await users(1)) as [BenchUser];
    const database = await connectMessages(platform);
    const [conversationId = ''] = await fillConversations(database, 1, [user.id]);
    await database.end();
    const auth = { authorization: `Bearer ${user.token}` };
    const uploadUrl = `${platform.url}${apiPrefix}/conversations/${conversationId}/media?name=blob.bin`;
    const upload = (size: number) =>
      transfer(uploadUrl, 'POST', { ...auth, 'content-type': 'application/octet-stream' }, size);
    const gateway = platform.process('gateway').pid;
    const peakOfSmall = watchPeak(() => anonymousMiB(gateway));
    await upload(mebibyte);
    const small = peakOfSmall();
    const peakOfLarge = watchPeak(() => anonymousMiB(gateway));

    let media: Media | undefined;
    const up = await alternate(
      quick ? 2 : 3,
      async () => {
        const { rate, body } = await upload(bytes);
        media = JSON.parse(body) as Media;
        say(`storm upload: ${rate.toFixed(0)} MiB/s`);
        return rate;
      },
      async () => {
        const { rate } = await transfer(putUrl, 'PUT', {}, bytes);
        say(`object store upload: ${rate.toFixed(0)} MiB/s`);
        return rate;
      },
    );
    if (media === undefined) throw new Error('nothing was uploaded');
    const contentUrl = `${platform.url}${apiPrefix}/media/${media.id}/content`;
    for (let attempt = 0; ; attempt++) {
      const { status } = await fetch(contentUrl, {
        method: 'GET',
        headers: { ...auth, range: 'bytes=0-0' },
      });
      if (status === 206) break;
      if (attempt > 240) throw new Error(`the file never became ready: ${status}`);
      await sleep(250);
    }
    const down = await alternate(
      quick ? 2 : 3,
      async () => {
        const { rate } = await transfer(contentUrl, 'GET', auth, bytes);
        say(`storm download: ${rate.toFixed(0)} MiB/s`);
        return rate;
      },
      async () => (await transfer(getUrl, 'GET', {}, bytes)).rate,
    );
    // One more, of the size that no buffer would hold.
    if (largest > bytes) await upload(largest);
    const large = peakOfLarge();
    const row = (metric: string, { a, b, ratio }: typeof up): RowResult =>
      judge(
        {
          row: 10,
          metric: `${metric}, ${bytes / mebibyte} MiB`,
          storm: `${a.toFixed(0)} MiB/s`,
          limit: `${b.toFixed(0)} MiB/s object store`,
          ratio: ratio.toFixed(2),
        },
        { value: ratio, sense: 'higher', must: 0.15, goal: 0.3 },
      );
    return [
      row('media upload', up),
      row('media download', down),
      judge(
        {
          row: 10,
          metric: `anonymous gateway memory that a file of ${largest / mebibyte} MiB takes beyond one of 1 MiB`,
          storm: `${(large - small).toFixed(0)} MiB`,
          limit: `${small.toFixed(0)} MiB with 1 MiB`,
        },
        { value: Math.max(large - small, 1), sense: 'lower', must: 32, goal: 32, unit: ' MiB' },
      ),
    ];
  },
};
