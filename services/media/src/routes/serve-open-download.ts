import { openDownload } from '@storm/contracts';
import { defineDoor } from '@storm/runtime';
import type { OpenDownload } from '../domain/open-download.ts';

export const serveOpenDownload = (open: OpenDownload) => defineDoor(openDownload, open);
