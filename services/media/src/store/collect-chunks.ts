import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options: { type: 'minor' }) => void;
setFlagsFromString('--no-expose-gc');

const collectEveryBytes = 4 * 1_048_576;
let passedBytes = 0;

/**
 * Told of every chunk that has passed. Chunks lie outside the heap, whose collector sees only their small handles and
 * so lets some 40 MB of them gather: of 95 MB streamed, the resident peak was 114 MB without this and 87 with it.
 */
export function collectChunks(bytes: number): void {
  passedBytes += bytes;
  if (passedBytes < collectEveryBytes) return;
  passedBytes = 0;
  collect({ type: 'minor' });
}
