import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { StripPlan } from './strip-plan.ts';

const chunkBytes = 65_536;

/** The planned file as a stream of chunks; `sha256` is known when it has ended. */
export function openStripped(file: FileHandle, plan: StripPlan): { stream: Readable; sha256: () => string } {
  const hash = createHash('sha256');
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for await (const chunk of readPieces(file, plan)) {
      hash.update(chunk);
      yield chunk;
    }
  }
  return { stream: Readable.from(chunks(), { objectMode: false }), sha256: () => hash.digest('hex') };
}

async function* readPieces(file: FileHandle, plan: StripPlan): AsyncGenerator<Uint8Array> {
  for (const piece of plan.pieces) {
    if (piece.keep === 'bytes') {
      yield piece.bytes;
      continue;
    }
    const length = piece.keep === 'zeros' ? piece.length : piece.to - piece.from;
    for (let done = 0; done < length; ) {
      const chunk = Buffer.alloc(Math.min(chunkBytes, length - done));
      if (piece.keep === 'range') {
        const { bytesRead } = await file.read(chunk, 0, chunk.length, piece.from + done);
        if (bytesRead !== chunk.length) throw new Error('the scratch file is shorter than planned');
      }
      done += chunk.length;
      yield chunk;
    }
  }
}
