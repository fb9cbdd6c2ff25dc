import { fileTypeFromBuffer } from 'file-type';

/** What the bytes say they are. @returns undefined when they say nothing, or lead the sniffer astray. */
export async function sniffType(head: Uint8Array): Promise<string | undefined> {
  try {
    return (await fileTypeFromBuffer(head))?.mime;
  } catch {
    return undefined;
  }
}
