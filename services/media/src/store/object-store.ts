import type { Readable, Writable } from 'node:stream';

export interface StoredObject {
  bytes: number;
  etag: string;
}

export interface PresignedUrl {
  url: string;
  expiresAt: Date;
}

/** Named bytes in a bucket. Every call throws `service-unavailable` when the store cannot be reached or is full. */
export interface ObjectStore {
  presignPut(key: string): Promise<PresignedUrl>;
  presignGet(key: string): Promise<PresignedUrl>;
  stat(key: string): Promise<StoredObject | null>;
  /** The first bytes, at most `maxBytes`. */
  readFirst(key: string, maxBytes: number): Promise<Uint8Array>;
  /** All bytes into `sink`, which is ended. @returns what they were of. */
  read(key: string, sink: Writable): Promise<StoredObject | null>;
  /** `source` must give exactly `bytes`. */
  write(key: string, source: Readable, bytes: number): Promise<void>;
  /** Inside the store. @returns false when the source is gone or is not `etag` any more. */
  copy(from: string, to: string, etag: string): Promise<boolean>;
  /** Nothing happens when there is none. */
  remove(key: string): Promise<void>;
  /** Makes the bucket and its rules exist. */
  prepare(): Promise<void>;
  /** Throws unless the bucket is there. */
  check(): Promise<void>;
}
