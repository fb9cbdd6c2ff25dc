import { writeFileSync } from 'node:fs';
import { drawPicture } from './pictures/draw-picture.ts';
import type { DrawAnswer, DrawRequest } from './pictures/drawing.ts';

/** If memory runs out in spite of the estimate, the kernel takes this process and not the service. Linux only. */
function volunteer(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch (error) {
    process.stderr.write(`picture worker: ${String(error)}\n`);
  }
}

if (process.platform === 'linux') volunteer();
// A Ctrl-C reaches the whole group; the service decides when this ends.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.on('disconnect', () => process.exit(0));
process.on('message', (request: DrawRequest) => {
  drawPicture(request).then(
    (drawing) => {
      const answer: DrawAnswer = { drawing, residentBytes: process.memoryUsage.rss() };
      // Nobody to tell it to: the service is gone, and 'disconnect' ends this process too.
      process.send?.(answer, undefined, undefined, () => undefined);
    },
    (error: unknown) => {
      process.stderr.write(`picture worker: ${String(error)}\n`);
      process.exit(1);
    },
  );
});
