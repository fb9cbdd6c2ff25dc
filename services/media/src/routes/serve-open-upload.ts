import { openUpload } from '@storm/contracts';
import { defineDoor } from '@storm/runtime';
import type { OpenUpload } from '../domain/open-upload.ts';

export const serveOpenUpload = (open: OpenUpload) => defineDoor(openUpload, open);
