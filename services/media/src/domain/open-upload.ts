import { type Answer, openUpload as contract, type MediaId, type Question } from '@storm/contracts';
import { uuidv7 } from 'uuidv7';
import { problems } from '../problems.ts';
import type { ObjectStore } from '../store/object-store.ts';
import type { SlotStore } from '../store/slot-store.ts';
import { cleanFileName } from './clean-file-name.ts';
import { normaliseContentType } from './content-types.ts';
import { objectKeys } from './object-keys.ts';
import { openedAtMs } from './opened-at.ts';
import { maxOpenSlotsPerUser, slotLifetimeMs } from './upload-slot.ts';

export type OpenUpload = (question: Question<typeof contract>) => Promise<Answer<typeof contract>>;

export const createOpenUpload =
  ({ slots, objects, maxBytes }: { slots: SlotStore; objects: ObjectStore; maxBytes: number }): OpenUpload =>
  async ({ userId, conversationId, name, contentType, bytes }) => {
    if (bytes > maxBytes) throw problems['file-too-large']({ detail: `at most ${maxBytes} bytes` });
    const declared = normaliseContentType(contentType);
    if (declared === null) throw problems['invalid-content-type']();
    const cleanName = cleanFileName(name);
    const mediaId = uuidv7() as MediaId;
    const now = Date.now();
    await slots.open({
      mediaId,
      userId,
      conversationId,
      name: cleanName,
      contentType: declared,
      bytes,
      openedAt: new Date(now).toISOString(),
      expiresAt: new Date(now + slotLifetimeMs).toISOString(),
    });
    // Looked at after it is opened, oldest first: of several opened at one moment some are let in, but not too many.
    const open = (await slots.list(userId)).filter((one) => openedAtMs(one) > now - slotLifetimeMs);
    if (open.sort().indexOf(mediaId) >= maxOpenSlotsPerUser) {
      await slots.close(userId, mediaId);
      throw problems['too-many-uploads']({ detail: `at most ${maxOpenSlotsPerUser}`, retryAfterMs: 5_000 });
    }
    const { url } = await objects.presignPut(objectKeys.incoming(mediaId));
    // Not the declared type: nothing that the store serves by itself may be active content.
    return {
      mediaId,
      url,
      headers: { 'content-type': 'application/octet-stream', 'content-length': String(bytes) },
    };
  };
