import { Transform } from 'node:stream';

export interface Pace {
  /** What passes through it yields to everything else: the later this process is, the longer each chunk waits. */
  stream(): Transform;
  /** How long the next chunk waits. */
  readonly delayMs: number;
}

const tickMs = 20;
/** A process that is given a fifth of a core stands still for up to 80 ms of 100 once it wants more. */
const lateMs = 30;
const [firstDelayMs, maxDelayMs] = [8, 100];
/** Half in half a second. */
const relief = 0.972;

/**
 * Looks how late a timer of 20 ms runs, while anything passes. A file of 25 MB is four hundred chunks: at full speed they
 * take what the senders of messages need.
 */
export function createPace(): Pace {
  let delayMs = 0;
  let passing = 0;
  let timer: NodeJS.Timeout | undefined;
  let dueAt = 0;
  const tick = (): void => {
    const now = performance.now();
    if (now - dueAt > lateMs) delayMs = Math.min(maxDelayMs, Math.max(firstDelayMs, delayMs * 2));
    else delayMs = delayMs < 1 ? 0 : delayMs * relief;
    dueAt = now + tickMs;
  };
  const begin = (): void => {
    if (passing++ > 0) return;
    dueAt = performance.now() + tickMs;
    timer = setInterval(tick, tickMs);
  };
  const end = (): void => {
    if (--passing > 0) return;
    clearInterval(timer);
    delayMs = 0;
  };
  return {
    stream() {
      begin();
      const passage = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          if (delayMs === 0) done(null, chunk);
          else setTimeout(done, delayMs, null, chunk);
        },
      });
      return passage.once('close', end);
    },
    get delayMs() {
      return delayMs;
    },
  };
}
