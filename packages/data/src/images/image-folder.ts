import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import {
  AdjointError,
  checkExamples,
  formatShape,
  isAdjointError,
  sameShape,
  sizeOf,
  type Batch,
  type Dataset,
  type Watched,
} from '@adjoint/core';
import { schemaOf, validateOptions, valueText } from '@adjoint/core/options';
import { loading } from '../loading.js';
import { imageFields } from '../images.js';
import {
  decodePixels,
  imageTensor,
  mostPixels,
  type ImageDecoder,
  type ImageForm,
  type Pixels,
} from '../image/image.js';

export interface ImageFolderOptions extends ImageForm {
  /** What decodes; sharp if it is installed, and plain JavaScript otherwise, if not given. */
  readonly decoder?: ImageDecoder;
  /** Bytes that the decoded pixels of an image may take; those of 100 megapixels if not given. */
  readonly maxBytes?: number;
}

const folderOptions = schemaOf<ImageFolderOptions>(imageFields);

/** Images of a folder, read when they are asked for. */
export interface ImageFolder extends Dataset {
  /** Names of the folders, in the order of their class numbers; empty where the images lie in the folder itself. */
  readonly classes: readonly string[];
  /** Paths, in the order of the examples. */
  readonly files: readonly string[];
}

/** A name that is not known when this is compiled: sharp is installed, or it is not. */
const sharpName: string = 'sharp';

/**
 * Images in PNG and JPEG from a folder with a folder for each class, as float32 `[channels, height, width]` in [0, 1] with
 * class numbers int32; in the order of the names. Images that lie in the folder itself come without targets. All must
 * have one size, unless `size` is given.
 * @example app.fit(await imageFolder('photos/train', { size: [64, 64], channels: 3 }), …)
 * @throws AdjointError `FILE_UNREADABLE`; `FILE_INVALID` for a folder without images, and, when it is read, for a file that
 * is no image or one of another size
 */
export async function imageFolder(directory: string, options: ImageFolderOptions & Watched = {}): Promise<ImageFolder> {
  const { onProgress, ...images } = { ...options };
  const settled = validateOptions(folderOptions, images, 'imageFolder');
  const { decoder = await sharpDecoder(), maxBytes, ...form } = settled;
  if (typeof directory !== 'string')
    throw new AdjointError('FILE_UNREADABLE', `The path is ${valueText(directory)}; give a text.`);
  const inside = await entriesOf(directory);
  const folders = inside.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const tell = loading(onProgress, 'folders', folders.length);
  const groups = await Promise.all(
    folders.map(async (name) => {
      const files = imagesAmong(join(directory, name), await entriesOf(join(directory, name)));
      tell(1);
      return { name, files };
    }),
  );
  const classes = groups.filter(({ files }) => files.length > 0);
  const own = imagesAmong(directory, inside);
  const files = classes.length > 0 ? classes.flatMap((group) => group.files) : own;
  const [first] = files;
  if (first === undefined)
    throw new AdjointError(
      'FILE_INVALID',
      `${directory}: there are no images in it; expected .png, .jpg or .jpeg, in a folder for each class or in the folder itself.`,
    );
  const labels = Int32Array.from(classes.flatMap((group, place) => group.files.map(() => place)));
  const read = async (path: string) => {
    const bytes = await readFile(path).catch((cause: unknown) => unreadable(path, cause));
    return imageTensor(await decoder(bytes, path, maxBytes), form as ImageForm);
  };
  const { shape } = await read(first);
  const hasLabels = classes.length > 0;
  return {
    size: files.length,
    classes: classes.map(({ name }) => name),
    files,
    inputs: [{ shape, dtype: 'float32' }],
    targets: hasLabels ? [{ shape: [], dtype: 'int32' }] : [],
    async batch(indices): Promise<Batch> {
      checkExamples(indices, files.length);
      const length = sizeOf(shape);
      const data = new Float32Array(indices.length * length);
      await Promise.all(
        Array.from(indices, async (index, i) => {
          const path = files[index] ?? '';
          const image = await read(path);
          if (!sameShape(image.shape, shape))
            throw new AdjointError(
              'FILE_INVALID',
              `${path}: the image is ${formatShape(image.shape)}, and the first of the folder ${formatShape(shape)}; give size and channels.`,
            );
          data.set(image.data, i * length);
        }),
      );
      return {
        inputs: [{ data, shape: [indices.length, ...shape], dtype: 'float32' }],
        targets: hasLabels
          ? [{ data: indices.map((index) => labels[index] ?? 0), shape: [indices.length], dtype: 'int32' }]
          : [],
      };
    },
  };
}

function imagesAmong(directory: string, entries: Awaited<ReturnType<typeof entriesOf>>): string[] {
  return entries
    .filter((entry) => !entry.isDirectory() && ['.png', '.jpg', '.jpeg'].includes(extname(entry.name).toLowerCase()))
    .map(({ name }) => join(directory, name));
}

/** In an order that no system changes: by code unit. */
async function entriesOf(directory: string) {
  const entries = await readdir(directory, { withFileTypes: true }).catch((cause: unknown) =>
    unreadable(directory, cause),
  );
  return entries.filter(({ name }) => !name.startsWith('.')).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function unreadable(path: string, cause: unknown): never {
  throw new AdjointError(
    'FILE_UNREADABLE',
    `${path}: cannot be read (${cause instanceof Error ? cause.message : String(cause)}); check the path and its permissions.`,
    { cause },
  );
}

/** What is used of sharp. */
type Sharp = (bytes: Uint8Array, options: { limitInputPixels: number }) => SharpImage;
interface SharpImage {
  metadata(): Promise<{ readonly channels: number; readonly depth: string; readonly space: string }>;
  toColourspace(space: 'b-w' | 'srgb'): SharpImage;
  raw(): { toBuffer(options: { resolveWithObject: true }): Promise<{ data: Uint8Array; info: SharpInfo }> };
}
interface SharpInfo {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** Sharp decodes several times as fast, in threads of its own; where it is not installed, plain JavaScript does. */
async function sharpDecoder(): Promise<ImageDecoder> {
  const found = (await import(sharpName).catch(() => undefined)) as { readonly default: Sharp } | undefined;
  if (!found) return decodePixels;
  const read = async (bytes: Uint8Array, source: string, maxBytes: number | undefined): Promise<Pixels> => {
    const limitInputPixels = Math.max(1, Math.min(mostPixels, Math.floor((maxBytes ?? Infinity) / 3)));
    const image = found.default(bytes, { limitInputPixels });
    const { channels, depth, space } = await image.metadata();
    // Sharp would cut 16 bits to 8, and put CMYK through a profile of printers.
    if (depth !== 'uchar' || space === 'cmyk') return decodePixels(bytes, source, maxBytes);
    const { data, info } = await image
      .toColourspace(channels < 3 ? 'b-w' : 'srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { data, ...info, most: 255 };
  };
  return (bytes, source, maxBytes) =>
    read(bytes, source, maxBytes).catch((cause: unknown) => {
      if (isAdjointError(cause)) throw cause;
      throw new AdjointError('FILE_INVALID', `${source}: it cannot be decoded (${(cause as Error).message}).`, {
        cause,
      });
    });
}
