import sharp from 'sharp';

export interface Photo {
  data: Buffer;
  name: string;
  contentType: string;
}

/** A JPEG as a telephone takes it: with the place where it was taken. */
export async function takePhoto(width = 1_200, height = 800): Promise<Photo> {
  const create = { width, height, channels: 3, background: { r: 200, g: 80, b: 40 } } as const;
  const data = await sharp({ create, limitInputPixels: false })
    .withExif({
      IFD0: { Make: 'StormCam', Copyright: 'secret-owner' },
      IFD3: {
        GPSLatitudeRef: 'N',
        GPSLatitude: '51/1 30/1 0/1',
        GPSLongitudeRef: 'W',
        GPSLongitude: '0/1 7/1 0/1',
      },
    })
    .jpeg({ quality: 90 })
    .toBuffer();
  return { data, name: 'beach.jpg', contentType: 'image/jpeg' };
}
