import { randomBytes } from 'node:crypto';
import type { Random } from '../random.ts';
import { sleep } from '../sleep.ts';
import type { Lane } from './lanes.ts';
import { isThere, type Upload, upload } from './upload.ts';

export interface Uploading {
  readonly acknowledged: number;
  stop(): Promise<void>;
  /** Acknowledged files that do not become ready, with the bytes that were acknowledged, within `patienceMs` each. */
  countLost(patienceMs: number): Promise<number>;
}

/** Uploads one file after the other, without a second try, at one gateway or another. */
export function startUploading(
  urls: readonly string[],
  { person, conversationId }: Lane,
  random: Random,
): Uploading {
  const kept: Upload[] = [];
  let going = true;
  const uploading = (async () => {
    while (going) {
      const bytes = Buffer.from(randomBytes(random.int(40_000) + 1).toString('hex'));
      const done = await upload(random.pick(urls), person, conversationId, bytes).catch(() => null);
      if (done?.kept) kept.push(done.kept);
      await sleep(random.between(50, 250));
    }
  })();
  return {
    get acknowledged() {
      return kept.length;
    },
    async stop() {
      going = false;
      await uploading;
    },
    async countLost(patienceMs) {
      let lost = 0;
      for (const one of kept) if (!(await isThere(urls[0] ?? '', one, patienceMs))) lost++;
      return lost;
    },
  };
}
