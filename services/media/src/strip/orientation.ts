/** Which way up a photo is, 1-8 as EXIF has it. 1 needs no word. */
export type Orientation = number;

export const isTurned = (orientation: Orientation): boolean => orientation >= 2 && orientation <= 8;

/** The smallest TIFF structure that says one thing: the orientation. Nothing else of the EXIF data is kept. */
export function orientationTiff(orientation: Orientation): Buffer {
  const tiff = Buffer.alloc(26);
  tiff.write('MM\0*', 0, 'latin1');
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(1, 8);
  tiff.writeUInt16BE(0x0112, 10);
  tiff.writeUInt16BE(3, 12);
  tiff.writeUInt32BE(1, 14);
  tiff.writeUInt16BE(orientation, 18);
  return tiff;
}
