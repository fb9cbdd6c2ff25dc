import type { Media } from '@storm/contracts';
import contentDisposition from 'content-disposition';
import { isInline } from './content-types.ts';

/** What a browser must be told so that it shows a picture and never runs a file. */
export function downloadHeaders(media: Media, variant: 'original' | 'thumbnail'): Record<string, string> {
  const isThumbnail = variant === 'thumbnail';
  const isShown = isThumbnail || isInline(media);
  const name = isThumbnail ? `${media.name}.webp` : media.name;
  return {
    'content-type': isThumbnail ? 'image/webp' : isShown ? media.contentType : 'application/octet-stream',
    'content-disposition': contentDisposition(name, { type: isShown ? 'inline' : 'attachment' }),
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    // Bytes under an id never change; who may see them can, so no shared cache keeps them.
    'cache-control': 'private, max-age=31536000, immutable',
    etag: `"${media.sha256}${isThumbnail ? '-thumbnail' : ''}"`,
  };
}
