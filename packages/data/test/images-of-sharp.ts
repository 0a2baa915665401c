import sharp from 'sharp';

/** A PNG that sharp wrote, and the numbers that it was given, pixel by pixel. */
export interface SharpFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly channels: number;
  readonly most: 255 | 65535;
  readonly pixels: ArrayLike<number>;
}

export const [height, width] = [11, 13];

/** What Pillow does not write: interlaced files, and colours of 16 bits. */
export function sharpFiles(): Promise<SharpFile[]> {
  const forms = [1, 2, 3, 4].flatMap((channels) => [
    { channels, most: 255 as const, progressive: true },
    { channels, most: 65535 as const, progressive: false },
    { channels, most: 65535 as const, progressive: true },
  ]);
  return Promise.all(
    forms.map(async ({ channels, most, progressive }) => {
      const pixels = new (most === 255 ? Uint8Array : Uint16Array)(height * width * channels);
      pixels.forEach((_, i) => (pixels[i] = (i * 7919) % (most + 1)));
      const [grey, colour] = most === 255 ? (['b-w', 'srgb'] as const) : (['grey16', 'rgb16'] as const);
      const raw = { width, height, channels: channels as 1 | 2 | 3 | 4 };
      const image = sharp(pixels, { raw }).toColourspace(channels < 3 ? grey : colour);
      const name = `${channels} channels of ${most === 255 ? 8 : 16} bits${progressive ? ', interlaced' : ''}`;
      return { name, bytes: await image.png({ progressive }).toBuffer(), channels, most, pixels };
    }),
  );
}
