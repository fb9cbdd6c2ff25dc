import type { FailureReason } from '../domain/media-record.ts';
import type { Orientation } from '../strip/orientation.ts';

/** What a decoder finds in a picture. */
export interface Picture {
  /** As it is looked at, orientation applied. */
  width: number;
  height: number;
  orientation: Orientation;
  /** Null when decoding it would take more memory than there is. */
  thumbnail: { webp: Uint8Array; blurhash: string } | null;
}

export type Drawing = Picture | { failure: FailureReason };

export interface DrawRequest {
  path: string;
  contentType: string;
}

/** What the worker answers. */
export interface DrawAnswer {
  drawing: Drawing;
  /** What the worker holds now; a decoder does not give everything back. */
  residentBytes: number;
}

export const isFailure = (drawing: Drawing): drawing is { failure: FailureReason } => 'failure' in drawing;
