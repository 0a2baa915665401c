import { readFile } from 'node:fs/promises';
import test from 'ava';
import { AdjointError, hostTensor, type DType, type Shape } from '@adjoint/core';
import { decodeNpy, decodeNpz, encodeNpy, encodeNpz, type NpyDType } from '../src/index.js';

interface Case {
  readonly name: string;
  readonly bytes: string;
}

/** Bytes that NumPy wrote, and what it read from them; numpy.json names the functions. */
const { arrays, refused, archives } = JSON.parse(
  await readFile(new URL('../../test/numpy.json', import.meta.url), 'utf8'),
) as {
  readonly arrays: readonly (Case & {
    readonly dtype: DType;
    readonly shape: Shape;
    readonly values: readonly (number | string)[];
    readonly writtenAs?: NpyDType;
  })[];
  readonly refused: readonly (Case & { readonly message: string })[];
  readonly archives: readonly Case[];
};

const bytesOf = ({ bytes }: Case): Uint8Array => new Uint8Array(Buffer.from(bytes, 'base64'));

for (const one of arrays)
  test(`npy: ${one.name}`, (t) => {
    const tensor = decodeNpy(bytesOf(one));
    const { data, shape, dtype } = tensor;
    t.deepEqual([shape, dtype], [one.shape, one.dtype]);
    t.deepEqual(
      [...data],
      one.values.map((value) => (dtype === 'float32' ? Math.fround(Number(value)) : Number(value))),
    );
    if (one.writtenAs)
      t.deepEqual(encodeNpy(tensor, { dtype: one.writtenAs }), bytesOf(one), 'bytes as NumPy writes them');
  });

for (const one of refused)
  test(`npy refuses: ${one.name}`, (t) => {
    const error = t.throws(() => decodeNpy(bytesOf(one), { source: 'a.npy' }), { instanceOf: AdjointError });
    t.is(error?.code, 'FILE_INVALID');
    t.true(error?.message.includes(one.message) && error.message.startsWith('a.npy: '), error?.message);
  });

test('npy: files that are cut off or damaged are refused', (t) => {
  const whole = bytesOf(arrays[0]!);
  for (let length = 0; length < whole.length; length++)
    t.is(t.throws(() => decodeNpy(whole.subarray(0, length)), { instanceOf: AdjointError })?.code, 'FILE_INVALID');
  for (let at = 0; at < 128; at++) {
    const damaged = whole.slice();
    damaged[at] = 0x28;
    try {
      decodeNpy(damaged);
    } catch (error) {
      t.is((error as AdjointError).code, 'FILE_INVALID');
    }
  }
});

test('npy: what a type cannot hold is refused', (t) => {
  const refuses = (value: number, dtype: NpyDType) => {
    const tensor = hostTensor([value], [1], 'float64');
    t.is(t.throws(() => encodeNpy(tensor, { dtype }), { instanceOf: AdjointError })?.code, 'DATA_INVALID');
  };
  refuses(0.5, 'int64');
  refuses(256, 'uint8');
  refuses(2 ** 31, 'int32');
  refuses(65520, 'float16');
  refuses(1e39, 'float32');
});

for (const one of archives)
  test(`npz: ${one.name}`, (t) => {
    const tensors = decodeNpz(bytesOf(one));
    t.deepEqual([...tensors.keys()], ['x', 'labels']);
    t.deepEqual(
      tensors.get('x'),
      hostTensor(
        Float32Array.from({ length: 40 }, (_, i) => i),
        [8, 5],
      ),
    );
    t.deepEqual(tensors.get('labels'), hostTensor(Int32Array.from({ length: 8 }, (_, i) => i)));
    const again = encodeNpz(tensors, { compress: one.name === 'savez_compressed' });
    t.deepEqual(decodeNpz(again), tensors);
  });

test('npz: maxBytes is checked before anything is unpacked', (t) => {
  const large = encodeNpz({ zeros: hostTensor(new Float32Array(250_000)) }, { compress: true });
  t.true(large.length < 10_000);
  const refuses = (maxBytes: number) =>
    t.regex(t.throws(() => decodeNpz(large, { maxBytes }), { instanceOf: AdjointError })?.message ?? '', /maxBytes/);
  refuses(100_000);
  t.is(decodeNpz(large, { maxBytes: 1_000_200 }).size, 1);
  t.throws(() => decodeNpz(Uint8Array.of(1, 2, 3)), { instanceOf: AdjointError, message: /no zip file/ });
});
