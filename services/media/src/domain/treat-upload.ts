import { createHash, type Hash } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import { isFailure, type Picture } from '../pictures/drawing.ts';
import type { PictureDrawer } from '../pictures/picture-drawer.ts';
import type { ObjectStore } from '../store/object-store.ts';
import type { ScratchFile } from '../store/scratch-file.ts';
import type { FailureReason, MediaRecord } from './media-record.ts';
import { objectKeys } from './object-keys.ts';
import { writeStripped } from './write-stripped.ts';

/** What becomes of an upload: the changed parts of its media, or why it failed. */
export type Treated = Partial<MediaRecord['media']> | { failure: FailureReason };
export type TreatUpload = (record: MediaRecord) => Promise<Treated>;

/**
 * Writes what will be served. Each step gives the same bytes under the same names when it is done again, so a crash
 * anywhere costs time and nothing else.
 */
export function createTreatUpload(deps: {
  objects: ObjectStore;
  drawer: PictureDrawer;
  scratch: ScratchFile;
}): TreatUpload {
  const { objects, drawer, scratch } = deps;

  const keep = async ({ media, etag }: MediaRecord): Promise<Treated> => {
    const incoming = objectKeys.incoming(media.id);
    const hash = createHash('sha256');
    const object = await objects.read(incoming, into(hash));
    if (object === null) return { failure: 'bytes-lost' };
    const isSame =
      object.etag === etag && (await objects.copy(incoming, objectKeys.original(media.id), etag));
    return isSame ? { sha256: hash.digest('hex') } : { failure: 'bytes-changed' };
  };

  const fetchToScratch = async ({ media, etag }: MediaRecord): Promise<FailureReason | null> => {
    const object = await objects.read(objectKeys.incoming(media.id), scratch.createSink());
    if (object === null) return 'bytes-lost';
    return object.etag === etag ? null : 'bytes-changed';
  };

  const strip = async (record: MediaRecord, orientation = 1): Promise<Treated> => {
    const key = objectKeys.original(record.media.id);
    const written = await writeStripped({ scratch, objects, key }, record.media.contentType, orientation);
    return written ?? { failure: 'undecodable' };
  };

  const draw = async (record: MediaRecord): Promise<Treated> => {
    const { id, contentType } = record.media;
    const picture = await drawer.draw({ path: scratch.path, contentType });
    if (isFailure(picture)) {
      const isSomethingElse = picture.failure === 'not-an-image' && !record.isClaimedImage;
      if (!isSomethingElse) return picture;
      const kept = await keep(record);
      return 'failure' in kept ? kept : { ...kept, kind: 'file', contentType: 'application/octet-stream' };
    }
    const stripped = await strip(record, picture.orientation);
    if ('failure' in stripped) return stripped;
    return { ...stripped, ...(await writeThumbnail(id, picture)) };
  };

  const writeThumbnail = async (id: MediaRecord['media']['id'], { width, height, thumbnail }: Picture) => {
    if (thumbnail === null) return { width, height };
    const { webp } = thumbnail;
    await objects.write(objectKeys.thumbnail(id), Readable.from([webp]), webp.length);
    return { width, height, blurhash: thumbnail.blurhash, hasThumbnail: true };
  };

  return async (record) => {
    if (record.treatment === 'keep') return keep(record);
    try {
      const failure = await fetchToScratch(record);
      if (failure !== null) return { failure };
      return await (record.treatment === 'draw' ? draw(record) : strip(record));
    } finally {
      await scratch.clear();
    }
  };
}

const into = (hash: Hash): Writable =>
  new Writable({
    write(chunk: Uint8Array, _encoding, done) {
      hash.update(chunk);
      done();
    },
  });
