import type { Metadata } from 'sharp';

const overheadBytes = 6_000_000;

/**
 * The memory that a thumbnail takes, from the header alone. Fitted to measurements (README.md); what matters is which
 * formats decode line by line and which need the whole picture.
 */
export function estimateDecodeBytes(image: Metadata, isSimpleWebp: boolean): number {
  const pixels = image.width * image.height;
  const bytesPerSample = image.depth === 'ushort' ? 2 : 1;
  const bytesPerPixel = image.channels * bytesPerSample;
  switch (image.format) {
    case 'jpeg':
      // Line by line and shrunk while decoding, unless progressive: then all coefficients, two bytes each.
      return overheadBytes + (image.isProgressive ? pixels * samplesPerPixel(image) * 2 : 0);
    case 'png':
      // A band of lines, the wider the more; interlaced, all of it and what it is unfolded from.
      return (
        overheadBytes +
        (image.isProgressive ? pixels * 1.2 : Math.min(pixels, image.width * 1_600)) * bytesPerPixel
      );
    case 'webp':
      return overheadBytes + pixels * (isSimpleWebp ? 0.5 : 4);
    case 'gif':
      return overheadBytes + pixels * 5;
    default:
      return (
        overheadBytes + pixels * 17 * (image.bitsPerSample !== undefined && image.bitsPerSample > 8 ? 2 : 1)
      );
  }
}

function samplesPerPixel(image: Metadata): number {
  if (image.channels === 1) return 1;
  if (image.channels === 4) return 4;
  return { '4:2:0': 1.5, '4:2:2': 2 }[image.chromaSubsampling ?? ''] ?? 3;
}
