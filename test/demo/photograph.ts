import sharp from 'sharp';

const width = 1_280;
const height = 853;
const dusk = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
  <defs><linearGradient id="sky" x2="0" y2="1">
    <stop offset="0" stop-color="#1b2a4a"/><stop offset=".6" stop-color="#e2725b"/><stop offset="1" stop-color="#f6c177"/>
  </linearGradient></defs>
  <rect width="100%" height="100%" fill="url(#sky)"/>
  <circle cx="880" cy="560" r="90" fill="#ffe9b0"/>
  <path d="M0 700 L300 480 L520 640 L760 420 L1280 720 V853 H0 Z" fill="#2b2036"/>
</svg>`;

/** A picture with what a telephone writes into it: the place, the maker, the owner. */
export async function takePhotograph(): Promise<Buffer> {
  return sharp(Buffer.from(dusk))
    .withExif({
      IFD0: { Make: 'Pocket Telephone', Artist: 'Ada Example' },
      IFD3: {
        GPSLatitudeRef: 'N',
        GPSLatitude: '45/1 55/1 0/1',
        GPSLongitudeRef: 'E',
        GPSLongitude: '6/1 52/1 0/1',
      },
    })
    .jpeg({ quality: 88 })
    .toBuffer();
}

/** What a picture says besides its pixels. */
export async function describePicture(bytes: Uint8Array) {
  const { format, width, height, exif } = await sharp(bytes).metadata();
  return { format, size: `${width}x${height}`, exifBytes: exif?.length ?? 0 };
}
