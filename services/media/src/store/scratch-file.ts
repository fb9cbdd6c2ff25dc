import { createWriteStream } from 'node:fs';
import { type FileHandle, mkdir, open, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';

/** One file on disk for the upload in hand: decoders want to seek, and memory has no room for it. */
export interface ScratchFile {
  readonly path: string;
  /** Begins it anew. */
  createSink(): Writable;
  open(): Promise<FileHandle>;
  clear(): Promise<void>;
}

/** A name per instance, not per job: what a killed process leaves behind is overwritten, never piled up. */
export async function createScratchFile(dir: string, instanceId: string): Promise<ScratchFile> {
  const folder = join(dir, `storm-media-${instanceId}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'upload');
  return {
    path,
    createSink: () => createWriteStream(path, { mode: 0o600 }),
    open: () => open(path),
    async clear() {
      await truncate(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
    },
  };
}
