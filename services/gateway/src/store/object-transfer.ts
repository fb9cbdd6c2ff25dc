import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

export type HeaderFields = Readonly<Record<string, string>>;

/** Moves bytes between a client and the object store through presigned URLs, holding a few chunks at a time. */
export interface ObjectTransfer {
  /** Streams `body`, exactly `bytes` long, to the URL. @returns the status of the object store. */
  put(target: { url: string; headers: HeaderFields; bytes: number }, body: Readable): Promise<number>;
  /** Opens the URL for reading; whoever gets the answer reads or destroys it. */
  get(source: { url: string; headers: HeaderFields }): Promise<IncomingMessage>;
  close(): void;
}

/** The source ended before all was there. */
export class InterruptedUpload extends Error {}
