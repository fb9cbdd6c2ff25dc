import type { Media } from '@storm/contracts';

const aliases: Readonly<Record<string, string>> = {
  'application/x-pdf': 'application/pdf',
  'application/x-zip-compressed': 'application/zip',
  'audio/m4a': 'audio/mp4',
  'audio/mp3': 'audio/mpeg',
  'audio/opus': 'audio/ogg',
  'audio/vnd.wave': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/x-flac': 'audio/flac',
  'audio/x-m4a': 'audio/mp4',
  'audio/x-wav': 'audio/wav',
  'image/apng': 'image/png',
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/x-png': 'image/png',
  'text/xml': 'application/xml',
  'video/x-m4v': 'video/mp4',
  'video/x-matroska': 'video/matroska',
};

/** Lower case, without parameters, under its usual name. @returns null for what is not a content type. */
export function normaliseContentType(declared: string): string | null {
  const type = declared.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (!/^[a-z0-9][\w!#$&^.+-]*\/[a-z0-9][\w!#$&^.+-]*$/.test(type)) return null;
  return aliases[type] ?? type;
}

/** Containers whose flavours cannot be told apart by their first bytes. */
const families: readonly (readonly string[])[] = [
  ['video/mp4', 'audio/mp4', 'video/quicktime', 'video/3gpp', 'video/3gpp2', 'audio/3gpp'],
  ['video/webm', 'audio/webm', 'video/matroska', 'audio/matroska'],
  ['audio/ogg', 'video/ogg', 'application/ogg'],
  ['image/heic', 'image/heif', 'image/heic-sequence', 'image/heif-sequence', 'image/avif'],
  ['audio/mpeg', 'audio/aac'],
  ['application/rtf', 'text/rtf'],
];

export const areSameFamily = (one: string, other: string): boolean =>
  one === other || families.some((family) => family.includes(one) && family.includes(other));

/** Wrappers: the bytes tell the wrapper, the declared type tells what is in it. */
export const isWrapper = (type: string): boolean =>
  ['application/zip', 'application/x-cfb', 'application/xml', 'application/gzip'].includes(type);

export const isTextual = (type: string): boolean =>
  type.startsWith('text/') ||
  /[/+](json|xml)$/.test(type) ||
  ['application/javascript', 'application/x-ndjson', 'application/yaml', 'application/toml'].includes(type);

/** Nothing here can run: each is drawn or played, never interpreted. */
const inlineTypes = new Set([
  ...['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif'],
  ...['video/mp4', 'video/webm', 'video/ogg', 'video/quicktime'],
  ...['audio/mpeg', 'audio/mp4', 'audio/aac', 'audio/ogg', 'audio/wav', 'audio/webm', 'audio/flac'],
]);

export const isInline = (media: Pick<Media, 'kind' | 'contentType'>): boolean =>
  media.kind !== 'file' && inlineTypes.has(media.contentType);
