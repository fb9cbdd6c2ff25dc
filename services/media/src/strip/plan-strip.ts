import type { ByteWindow } from './byte-window.ts';
import type { Orientation } from './orientation.ts';
import { stripBoxes } from './strip-boxes.ts';
import { stripGif } from './strip-gif.ts';
import { stripJpeg } from './strip-jpeg.ts';
import type { StripPlan } from './strip-plan.ts';
import { stripPng } from './strip-png.ts';
import { stripWebp } from './strip-webp.ts';

/**
 * How to write a file without what it tells about its maker. The coded image is copied, not coded anew: nothing of its
 * quality is lost, the work is constant in memory whatever the number of pixels, and a file with nothing to strip
 * stays equal to the byte.
 * @throws MalformedFile when it is not built as its type demands.
 */
export function planStrip(
  contentType: string,
  file: ByteWindow,
  orientation: Orientation,
): Promise<StripPlan> {
  if (contentType === 'image/jpeg') return stripJpeg(file, orientation);
  if (contentType === 'image/png') return stripPng(file, orientation);
  if (contentType === 'image/webp') return stripWebp(file, orientation);
  if (contentType === 'image/gif') return stripGif(file);
  return stripBoxes(file);
}
