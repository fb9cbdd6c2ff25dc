import type { Media } from '@storm/contracts';
import { supportedMimeTypes } from 'file-type';
import { problems } from '../problems.ts';
import { areSameFamily, isTextual, isWrapper, normaliseContentType } from './content-types.ts';
import { looksLikeText } from './looks-like-text.ts';

/**
 * What processing does with the bytes: `draw` strips the metadata and makes a thumbnail, `strip` only strips (we have
 * no decoder), `keep` keeps them as they are.
 */
export type Treatment = 'draw' | 'strip' | 'keep';

export interface Classification {
  kind: Media['kind'];
  contentType: string;
  treatment: Treatment;
}

const opaque = 'application/octet-stream';
const drawn = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif']);
const stripped = new Set([
  ...['image/heic', 'image/heif', 'image/heic-sequence', 'image/heif-sequence'],
  ...['video/mp4', 'video/quicktime', 'video/3gpp', 'video/3gpp2'],
]);
const recognisable = new Set([...supportedMimeTypes].map((type) => normaliseContentType(type) ?? type));

/**
 * Decides what an upload is from what its owner says and what its bytes say. The bytes win; who declares
 * `application/octet-stream` has said nothing, so a photo sent that way is still a photo, and loses its position.
 * @throws Problem `type-mismatch` when the two contradict each other.
 */
export function classifyUpload(
  declared: string,
  sniffed: string | undefined,
  head: Uint8Array,
): Classification {
  const found = sniffed === undefined ? null : normaliseContentType(sniffed);
  if (found !== null) {
    if (declared === opaque || areSameFamily(declared, found)) return classified(found);
    if (isWrapper(found) && !isOfAnotherMedium(declared)) return plainFile(declared);
    if (isTextual(declared) && isTextual(found)) return plainFile(declared);
    throw mismatch(declared, found);
  }
  if (declared === opaque) return plainFile(opaque);
  if (isTextual(declared)) {
    if (looksLikeText(head)) return plainFile(declared);
    throw mismatch(declared, 'not text');
  }
  if (isOfAnotherMedium(declared) || recognisable.has(declared)) throw mismatch(declared, 'something else');
  return plainFile(opaque);
}

/** Claims to be seen or heard, which bytes of nothing known are not. SVG is text, and served as a file. */
const isOfAnotherMedium = (declared: string): boolean =>
  /^(image|audio|video)\//.test(declared) && !isTextual(declared);

function classified(contentType: string): Classification {
  if (drawn.has(contentType)) return { kind: 'image', contentType, treatment: 'draw' };
  const medium = contentType.split('/', 1)[0];
  const kind = medium === 'video' || medium === 'audio' ? medium : 'file';
  return { kind, contentType, treatment: stripped.has(contentType) ? 'strip' : 'keep' };
}

const plainFile = (contentType: string): Classification => ({ kind: 'file', contentType, treatment: 'keep' });

const mismatch = (declared: string, found: string) =>
  problems['type-mismatch']({ detail: `declared ${declared}, but the bytes are ${found}` });
