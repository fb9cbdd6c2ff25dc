import type { Media } from '@storm/contracts';
import type { Treatment } from './classify-upload.ts';

/** Why a file failed. Kept for operators; a client is told only that it did. */
export type FailureReason =
  | 'not-an-image'
  | 'too-many-pixels'
  | 'undecodable'
  | 'decoder-died'
  | 'bytes-lost'
  | 'bytes-changed'
  | 'gave-up';

/** What this service keeps of a file: what the world sees of it, and what processing needs. */
export interface MediaRecord {
  media: Media;
  treatment: Treatment;
  /** The uploader called it an image: what cannot be read as one then failed, instead of being some other file. */
  isClaimedImage: boolean;
  /** Of the uploaded object; other bytes under its key are refused. */
  etag: string;
  processedAt: string | null;
  failure: FailureReason | null;
}
