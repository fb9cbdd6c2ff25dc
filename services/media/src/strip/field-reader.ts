import { type ByteWindow, MalformedFile } from './byte-window.ts';

/** Reads big-endian fields one after another. */
export interface FieldReader {
  /** An unsigned number of 0 to 8 bytes; 0 bytes are a 0. */
  number(bytes: number): Promise<number>;
  text(bytes: number): Promise<string>;
}

export function createFieldReader(file: ByteWindow, from: number, to: number): FieldReader {
  let at = from;
  const take = async (length: number): Promise<Buffer> => {
    if (at + length > to) throw new MalformedFile('a field reaches past its box');
    const bytes = await file.bytes(at, length);
    at += length;
    return bytes;
  };
  return {
    async number(bytes) {
      let value = 0;
      for (const byte of await take(bytes)) value = value * 256 + byte;
      return value;
    },
    text: async (bytes) => (await take(bytes)).toString('latin1'),
  };
}
