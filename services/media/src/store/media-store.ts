import type { MediaId } from '@storm/contracts';
import type { MediaRecord } from '../domain/media-record.ts';

export interface StoredRecord {
  record: MediaRecord;
  revision: number;
}

/** Records of files. Every call throws `service-unavailable` when the store cannot be reached or is full. */
export interface MediaStore {
  find(mediaId: MediaId): Promise<StoredRecord | null>;
  /** @returns false when there is one already. */
  create(record: MediaRecord): Promise<boolean>;
  /** @returns false when the record was changed since `revision`. */
  replace(record: MediaRecord, revision: number): Promise<boolean>;
}
