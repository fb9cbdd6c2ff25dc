import type { FileHandle } from 'node:fs/promises';

/** The file does not have the structure that its format demands. */
export class MalformedFile extends Error {}

/** Reads anywhere in a file through one block of it, so that a walk over headers costs few system calls. */
export interface ByteWindow {
  readonly size: number;
  /** @throws MalformedFile when the file ends before. The bytes are valid until the next call. */
  bytes(offset: number, length: number): Promise<Buffer>;
  /** Where `byte` is next, from `offset` on; `size` when nowhere. */
  indexOf(byte: number, offset: number): Promise<number>;
}

const blockBytes = 65_536;

export function createByteWindow(file: FileHandle, size: number): ByteWindow {
  const memory = Buffer.alloc(blockBytes);
  let block = memory.subarray(0, 0);
  let start = 0;
  const load = async (offset: number): Promise<void> => {
    const { bytesRead } = await file.read(memory, 0, blockBytes, offset);
    block = memory.subarray(0, bytesRead);
    start = offset;
  };
  return {
    size,
    async bytes(offset, length) {
      if (length > blockBytes) throw new MalformedFile(`a header of ${length} bytes`);
      if (offset + length > size) throw new MalformedFile(`ends at ${size}, read at ${offset}`);
      if (offset < start || offset + length > start + block.length) await load(offset);
      return block.subarray(offset - start, offset - start + length);
    },
    async indexOf(byte, offset) {
      for (let from = offset; from < size; from = start + block.length) {
        if (from < start || from >= start + block.length) await load(from);
        if (block.length === 0) break;
        const found = block.indexOf(byte, from - start);
        if (found >= 0) return start + found;
      }
      return size;
    },
  };
}
