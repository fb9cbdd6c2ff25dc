import { abortUpload } from '@storm/contracts';
import { defineDoor } from '@storm/runtime';
import type { AbortUpload } from '../domain/abort-upload.ts';

export const serveAbortUpload = (abort: AbortUpload) =>
  defineDoor(abortUpload, async ({ userId, mediaId }) => ({ aborted: await abort(userId, mediaId) }));
