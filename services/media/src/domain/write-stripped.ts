import type { ObjectStore } from '../store/object-store.ts';
import type { ScratchFile } from '../store/scratch-file.ts';
import { createByteWindow, MalformedFile } from '../strip/byte-window.ts';
import { openStripped } from '../strip/open-stripped.ts';
import { planStrip } from '../strip/plan-strip.ts';

/** Writes the scratch file without its metadata to `key`. @returns null when it is not built as its type demands. */
export async function writeStripped(
  { scratch, objects, key }: { scratch: ScratchFile; objects: ObjectStore; key: string },
  contentType: string,
  orientation: number,
): Promise<{ sha256: string; bytes: number } | null> {
  const file = await scratch.open();
  try {
    const { size } = await file.stat();
    const plan = await planStrip(contentType, createByteWindow(file, size), orientation);
    const { stream, sha256 } = openStripped(file, plan);
    await objects.write(key, stream, plan.size);
    return { sha256: sha256(), bytes: plan.size };
  } catch (error) {
    if (error instanceof MalformedFile) return null;
    throw error;
  } finally {
    await file.close();
  }
}
