import { finishUpload } from '@storm/contracts';
import { defineDoor } from '@storm/runtime';
import type { FinishUpload } from '../domain/finish-upload.ts';

export const serveFinishUpload = (finish: FinishUpload) =>
  defineDoor(finishUpload, ({ userId, mediaId }) => finish(userId, mediaId));
