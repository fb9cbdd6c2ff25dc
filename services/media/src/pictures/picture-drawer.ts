import type { Drawing, DrawRequest } from './drawing.ts';

/** Looks at a picture file and makes its thumbnail. One at a time. */
export interface PictureDrawer {
  /** Never throws for what is in the file; that is a failure with a reason. */
  draw(request: DrawRequest): Promise<Drawing>;
  stop(): void;
}
