import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { testDataset } from '@adjoint/core/testing';
import { decodeImage } from '../src/images.js';
import { imageFolder } from '../src/images-node.js';
import { decodePixels } from '../src/image/image.js';
import { height, sharpFiles, width } from './images-of-sharp.js';
import { range, refuses } from './support.js';

/** Files and pixels of Pillow. */
const { png, jpeg, resize } = JSON.parse(
  await readFile(new URL('../../test/images.json', import.meta.url), 'utf8'),
) as {
  readonly png: readonly {
    readonly name: string;
    readonly bytes: string;
    readonly grey: readonly number[] | null;
    readonly rgb: readonly number[] | null;
    readonly most: number;
    readonly shape: readonly [number, number];
  }[];
  readonly jpeg: readonly {
    readonly name: string;
    readonly bytes: string;
    readonly pixels: readonly number[];
    readonly channels: number;
    readonly shape: readonly [number, number];
  }[];
  readonly resize: {
    readonly bytes: string;
    readonly sizes: readonly { readonly size: readonly [number, number]; readonly pixels: readonly number[] }[];
  };
};
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

/** Pixels side by side, as planes. */
const planes = (pixels: readonly number[], channels: number): number[] =>
  Array.from({ length: channels }, (_, c) => pixels.filter((__, i) => i % channels === c)).flat();

for (const { name, bytes, grey, rgb, most, shape } of png)
  test(`png: ${name}`, async (t) => {
    const image = await decodeImage(bytesOf(bytes));
    const channels = grey ? 1 : 3;
    t.deepEqual(image.shape, [channels, ...shape]);
    const wanted = grey ? grey.map(Number) : planes(rgb ?? [], 3);
    const levels = [...image.data].map((value) => Math.round(value * most));
    t.deepEqual(levels, wanted);
  });

for (const { name, bytes, pixels, channels, shape } of jpeg)
  test(`jpeg: ${name}`, async (t) => {
    const image = await decodeImage(bytesOf(bytes));
    t.deepEqual(image.shape, [channels, ...shape]);
    const wanted = planes(pixels, channels);
    const worst = Math.max(...wanted.map((value, i) => Math.abs(value - (image.data[i] ?? NaN) * 255)));
    // Decoders round the cosine transform otherwise, and stretch colours that are stored at half the size otherwise.
    t.true(worst <= (name === 'colour, subsampled' ? 16 : 3), `differs by ${worst} of 255`);
  });

test('png: interlaced and of 16 bits', async (t) => {
  for (const { name, bytes, channels, most, pixels } of await sharpFiles()) {
    const { data, shape } = await decodeImage(bytes);
    const colours = channels < 3 ? 1 : 3;
    t.deepEqual(shape, [colours, height, width], name);
    const area = height * width;
    const wanted = Array.from(
      { length: colours * area },
      (_, i) => pixels[(i % area) * channels + Math.floor(i / area)],
    );
    t.deepEqual(
      Array.from(data, (value) => Math.round(Number(value) * most)),
      wanted,
      name,
    );
  }
});

test('sizes are changed as Pillow does with BILINEAR', async (t) => {
  for (const { size, pixels } of resize.sizes) {
    const image = await decodeImage(bytesOf(resize.bytes), { size });
    t.deepEqual(image.shape, [1, ...size]);
    const worst = Math.max(...pixels.map((value, i) => Math.abs(value - (image.data[i] ?? NaN))));
    t.true(worst < 1e-6, `${size.join(' × ')} differs by ${worst}`);
  }
});

test('grey and colour as asked for', async (t) => {
  const colour = bytesOf(png[0]?.bytes ?? '');
  const { data } = await decodeImage(colour);
  const grey = await decodeImage(colour, { channels: 1 });
  t.true(Math.abs((grey.data[0] ?? 0) - (0.299 * data[0]! + 0.587 * data[35]! + 0.114 * data[70]!)) < 1e-6);
  const stretched = await decodeImage(bytesOf(resize.bytes), { channels: 3 });
  t.deepEqual(stretched.shape, [3, 9, 6]);
  t.deepEqual([...stretched.data.subarray(0, 54)], [...stretched.data.subarray(108)]);
});

test('damaged files, and others, are refused', async (t) => {
  const named = { source: 'a.png' };
  await refuses(
    t,
    () => decodeImage(Uint8Array.of(71, 73, 70, 56), named),
    'FILE_INVALID',
    /^a\.png: .*neither PNG nor JPEG/,
  );
  await refuses(t, () => decodeImage('a' as never, named), 'FILE_INVALID');
  const whole = bytesOf(png[0]?.bytes ?? '');
  for (const length of [8, 20, 40, whole.length - 20])
    await refuses(t, () => decodeImage(whole.subarray(0, length), named), 'FILE_INVALID', /cannot be decoded/);
  const large = whole.slice();
  new DataView(large.buffer).setUint32(16, 2 ** 30);
  await refuses(t, () => decodeImage(large), 'FILE_INVALID', /megapixels/);
  await refuses(t, () => decodeImage(bytesOf(jpeg[0]?.bytes ?? '').subarray(0, 100)), 'FILE_INVALID');
  await refuses(t, () => decodeImage(whole, { channels: 2 as never }), 'OPTIONS_INVALID', /1 for grey or 3/);
});

async function newFolder(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'adjoint-images-'));
  for (const [place, kind] of ['cats', 'dogs'].entries()) {
    await mkdir(join(directory, kind));
    await writeFile(join(directory, kind, 'b.JPG'), bytesOf(jpeg[place]?.bytes ?? ''));
    await writeFile(join(directory, kind, 'a.png'), bytesOf(png[place]?.bytes ?? ''));
    await writeFile(join(directory, kind, 'notes.txt'), 'none');
  }
  return directory;
}

const making = newFolder();
test.after.always(async () => rm(await making, { recursive: true }));
testDataset(test, {
  name: 'imageFolder',
  open: async () => imageFolder(await making, { size: [8, 8], decoder: decodePixels }),
});

test('a folder for each class', async (t) => {
  const folder = await making;
  const data = await imageFolder(folder, { size: [4, 4], channels: 1 });
  t.deepEqual([data.classes, data.size], [['cats', 'dogs'], 4]);
  t.deepEqual(
    data.files,
    ['cats/a.png', 'cats/b.JPG', 'dogs/a.png', 'dogs/b.JPG'].map((name) => join(folder, name)),
  );
  const { inputs, targets } = await data.batch(range(4));
  t.deepEqual(
    [inputs[0].shape, [...(targets[0]?.data ?? [])]],
    [
      [4, 1, 4, 4],
      [0, 0, 1, 1],
    ],
  );
  const plain = await imageFolder(join(folder, 'cats'), { size: [4, 4], channels: 1, decoder: decodePixels });
  t.deepEqual([plain.size, plain.targets], [2, []]);
  const { inputs: own } = await plain.batch(range(2));
  // With sharp, which this test has, and without.
  const worst = Math.max(...Array.from(own[0].data, (value, i) => Math.abs(value - (inputs[0].data[i] ?? NaN))));
  t.true(worst < 0.01, `decoders differ by ${worst}`);
});

test('with sharp and without, images of every form have the same shape and values', async (t) => {
  const files = [
    ...[...png, ...jpeg].map(({ name, bytes }) => ({ name, bytes: bytesOf(bytes) })),
    ...(await sharpFiles()),
  ];
  for (const { name, bytes } of files) {
    const folder = await mkdtemp(join(tmpdir(), 'adjoint-images-'));
    t.teardown(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'a.png'), bytes);
    const image = await decodeImage(bytes);
    const { inputs } = await (await imageFolder(folder)).batch(range(1));
    t.deepEqual(inputs[0].shape, [1, ...image.shape], name);
    const worst = Math.max(
      ...Array.from(inputs[0].data, (value, k) => Math.abs(Number(value) - Number(image.data[k]))),
    );
    // Sharp smooths colours that are stored at half the size.
    t.true(worst <= (name === 'colour, subsampled' ? 16 : 3) / 255, `${name} differs by ${worst * 255} of 255`);
  }
});

test('what is wrong with a folder is named', async (t) => {
  const folder = await making;
  await refuses(t, () => imageFolder(join(folder, 'none')), 'FILE_UNREADABLE', /none/);
  await refuses(t, () => imageFolder(7 as never), 'FILE_UNREADABLE', /path is 7/);
  const empty = await mkdtemp(join(tmpdir(), 'adjoint-images-'));
  t.teardown(() => rm(empty, { recursive: true }));
  await refuses(t, () => imageFolder(empty), 'FILE_INVALID', /no images/);
  const mixed = await imageFolder(folder);
  await refuses(
    t,
    () => mixed.batch(range(2)),
    'FILE_INVALID',
    /b\.JPG: the image is \[3, 16, 24\], and the first of the folder \[3, 5, 7\]; give size/,
  );
});
