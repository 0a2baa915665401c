import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import test from 'ava';
import { AdjointError } from '@adjoint/core';
import { readIdx } from '../src/index.js';
import { refuses } from './support.js';

const source = 'some/file.idx';
const bytes = Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255);

test('reads every element type, big-endian', async (t) => {
  const cases: [type: number, content: number[], expected: ArrayBufferView][] = [
    [0x08, [0, 127, 255], Uint8Array.of(0, 127, 255)],
    [0x09, [0, 127, 255], Int8Array.of(0, 127, -1)],
    [0x0b, [1, 2, 255, 254], Int16Array.of(258, -2)],
    [0x0c, [1, 2, 3, 4, 255, 255, 255, 254], Int32Array.of(0x01020304, -2)],
    [0x0d, [0x3f, 0xc0, 0, 0], Float32Array.of(1.5)],
    [0x0e, [0xc0, 0x04, 0, 0, 0, 0, 0, 0], Float64Array.of(-2.5)],
  ];
  for (const [type, content, expected] of cases) {
    const count = (expected as Uint8Array).length;
    t.deepEqual(await readIdx(Uint8Array.of(0, 0, type, 1, 0, 0, 0, count, ...content)), {
      data: expected as Uint8Array,
      shape: [count],
    });
  }
});

test('reads plain and gzipped files alike, also from the middle of a buffer', async (t) => {
  const expected = { data: Uint8Array.of(1, 2, 3, 4, 5, 255), shape: [2, 3] };
  t.deepEqual(await readIdx(bytes), expected);
  t.deepEqual(await readIdx(gzipSync(bytes)), expected);
  t.deepEqual(await readIdx(Uint8Array.of(9, 9, 9, ...bytes).subarray(3)), expected);
});

test('leaves the bytes of the caller alone, also in a Buffer of a pool', async (t) => {
  const file = Buffer.from([0, 0, 0x0b, 1, 0, 0, 0, 1, 1, 2]);
  t.deepEqual(await readIdx(file), { data: Int16Array.of(258), shape: [1] });
  t.deepEqual([...file.subarray(8)], [1, 2]);
});

test('reads empty arrays', async (t) => {
  t.deepEqual(await readIdx(Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0, 3)), {
    data: new Uint8Array(0),
    shape: [0, 3],
  });
});

test('says what is wrong with a file', async (t) => {
  await refuses(
    t,
    () => readIdx(new TextEncoder().encode('<html>'), { source }),
    'FILE_INVALID',
    /some\/file\.idx: not an IDX file/,
    /3c 68 74 6d/,
  );
  await refuses(t, () => readIdx(Uint8Array.of(0, 0, 7, 1, 0, 0, 0, 0), { source }), 'FILE_INVALID', /not an IDX file/);
  await refuses(
    t,
    () => readIdx(bytes.subarray(0, 17), { source }),
    'FILE_INVALID',
    /18 bytes in all, but there are 17/,
    /cut off/,
  );
  await refuses(t, () => readIdx(bytes.subarray(0, 7), { source }), 'FILE_INVALID', /ends after 7 bytes/);
  await refuses(t, () => readIdx(Uint8Array.of(...bytes, 0), { source }), 'FILE_INVALID', /followed by something else/);
});

test('refuses sizes that overflow, also behind an extent of 0, without allocating them', async (t) => {
  const huge = [0xff, 0xff, 0xff, 0xff];
  await refuses(
    t,
    () => readIdx(Uint8Array.of(0, 0, 8, 3, ...huge, ...huge, ...huge), { source }),
    'FILE_INVALID',
    /more than/,
  );
  await refuses(
    t,
    () => readIdx(Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 0, ...huge, ...huge), { source }),
    'FILE_INVALID',
    /more than/,
  );
  await refuses(t, () => readIdx(Uint8Array.of(0, 0, 8, 1, 0x7f, 0, 0, 0), { source }), 'FILE_INVALID', /cut off/);
});

test('refuses a gzip file that unpacks to more than its header says, and damaged ones', async (t) => {
  const bomb = new Uint8Array(20_000_000);
  bomb.set(bytes);
  await refuses(t, () => readIdx(gzipSync(bomb), { source }), 'FILE_INVALID', /more than the 18 bytes/);
  const packed = gzipSync(bytes);
  await refuses(t, () => readIdx(packed.subarray(0, packed.length - 9), { source }), 'FILE_INVALID', /some\/file\.idx/);
  const damaged = Uint8Array.from(packed);
  damaged[packed.length - 6]! ^= 1; // the checksum
  await refuses(t, () => readIdx(damaged, { source }), 'FILE_INVALID', /damaged/);
});

test('any damage gives an array that fits its shape, or an AdjointError', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      fc.nat(60),
      fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 3 }),
      async (gzip, cut, changes) => {
        const file = Uint8Array.from(gzip ? gzipSync(bytes) : bytes);
        for (const [at, value] of changes) if (at < file.length) file[at] = value;
        try {
          const { data, shape } = await readIdx(file.subarray(0, file.length - (cut > 40 ? cut - 40 : 0)));
          t.is(
            data.length,
            shape.reduce((product, extent) => product * extent, 1),
          );
        } catch (error) {
          t.true(error instanceof AdjointError && error.code === 'FILE_INVALID', String(error));
        }
      },
    ),
    { numRuns: 500 },
  );
});
