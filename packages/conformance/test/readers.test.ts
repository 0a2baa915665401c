import { deflateSync } from 'node:zlib';
import test from 'ava';
import { decodeImage } from '@adjoint/data/images';
import { isAdjointError, RandomSource } from '@adjoint/core';
import { Draw } from './fuzz/draw.js';
import { mutated } from './fuzz/mutate.js';
import { readers, type Reader } from './fuzz/readers.js';

// Everything that reads files of others: what is wrong with one is said with its name, within memory.

const all = await readers();
const source = 'folder/of-a-stranger';

/** What is wrong with how a file is refused, if anything. */
async function problemOf(reader: Reader, bytes: Uint8Array, maxBytes?: number): Promise<string | undefined> {
  try {
    await reader.read(bytes, { source, ...(maxBytes !== undefined && { maxBytes }) });
    return undefined;
  } catch (error) {
    if (!isAdjointError(error)) return `a raw ${String((error as Error)?.stack).slice(0, 400)}`;
    // A changed name of a column is one that options do not find.
    if (error.code !== 'FILE_INVALID' && error.code !== 'OPTIONS_INVALID') return `${error.code}: ${error.message}`;
    return error.message.startsWith(`${source}: `) ? undefined : `it does not name its file: ${error.message}`;
  }
}

for (const [name, reader] of Object.entries(all)) {
  const { original, needs, takesAnything = false, onlyCut = false } = reader;

  test(`${name}: a good file is read, and a bad one is refused by its name`, async (t) => {
    await t.notThrowsAsync(async () => reader.read(original, { source }));
    const step = Math.max(1, Math.floor(original.length / 200));
    for (let length = 0; length < original.length; length += step)
      t.is(await problemOf(reader, original.subarray(0, length)), undefined, `cut after ${length} bytes`);
    for (let i = 0; i < (onlyCut ? 0 : 150); i++) {
      const bytes = mutated(new Draw(new RandomSource(7).child(`${name}/${i}`)), original);
      t.is(await problemOf(reader, bytes), undefined, `mutation ${i}`);
    }
  });

  if (!takesAnything)
    test(`${name}: the bytes of something else are refused`, async (t) => {
      for (const other of [new Uint8Array(), new Uint8Array(100), new TextEncoder().encode('<html>\n'.repeat(9))]) {
        const error = await t.throwsAsync(async () => reader.read(other, { source }));
        t.true(isAdjointError(error) && /^(FILE|OPTIONS)_INVALID$/.test(error.code), String(error));
        t.true(error?.message.startsWith(`${source}: `), error?.message);
      }
    });

  if (needs !== undefined)
    test(`${name}: maxBytes`, async (t) => {
      const error = await t.throwsAsync(async () => reader.read(original, { source, maxBytes: needs - 1 }));
      t.true(isAdjointError(error) && error.code === 'FILE_INVALID', String(error));
      t.regex(error?.message ?? '', /^folder\/of-a-stranger: .*maxBytes/);
      await t.notThrowsAsync(async () => reader.read(original, { source, maxBytes: 2 ** 20 }));
    });
}

test('a PNG that unpacks to more than its header says is refused before it does', async (t) => {
  const { original } = all['decodeImage, png 0']!;
  const zeros = deflateSync(new Uint8Array(2 ** 26), { level: 9 });
  const from = original.findIndex((_, i) => String.fromCharCode(...original.subarray(i, i + 4)) === 'IDAT');
  const part = new Uint8Array(zeros.length + 12);
  const view = new DataView(part.buffer);
  view.setUint32(0, zeros.length);
  part.set(
    [...'IDAT'].map((letter) => letter.charCodeAt(0)),
    4,
  );
  part.set(zeros, 8);
  const bomb = Buffer.concat([original.subarray(0, from - 4), part, original.subarray(-12)]);
  const error = await t.throwsAsync(decodeImage(new Uint8Array(bomb), { source }));
  t.regex(error?.message ?? '', /unpacks to more than/);
});
