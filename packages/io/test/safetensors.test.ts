import fc from 'fast-check';
import test, { type ExecutionContext } from 'ava';
import { AdjointError, hostTensor, sizeOf } from '@adjoint/core';
import { decodeSafetensors, encodeSafetensors } from '../src/index.js';
import { file, sample } from './support.js';

const metadata = { format: 'adjoint', note: 'größe "quoted" \\ \u2028' };

test('what is written is read back with the same bits', (t) => {
  const { tensors, metadata: read } = decodeSafetensors(encodeSafetensors(sample, metadata));
  t.deepEqual(new Map([...tensors].sort()), new Map([...sample].sort()));
  t.deepEqual(read, new Map(Object.entries(metadata)));
});

test('the bytes are those of the format', (t) => {
  // From the format's description: length of the header, JSON padded to 8 bytes, little-endian elements; wide elements first.
  const bytes = encodeSafetensors({
    b: hostTensor(Uint8Array.of(1), [1], 'bool'),
    a: hostTensor(Float32Array.of(1.5), [1, 1]),
  });
  const json =
    '{"a":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},"b":{"dtype":"BOOL","shape":[1],"data_offsets":[4,5]}}';
  const padded = json.padEnd(Math.ceil(json.length / 8) * 8);
  t.deepEqual(
    bytes,
    Uint8Array.of(padded.length, 0, 0, 0, 0, 0, 0, 0, ...new TextEncoder().encode(padded), 0, 0, 0xc0, 0x3f, 1),
  );
});

test('every tensor is aligned to its elements', (t) => {
  const bytes = encodeSafetensors(sample, metadata);
  const start = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start))) as Record<
    string,
    { data_offsets: [number, number] }
  >;
  for (const [name, { data }] of sample)
    t.is((start + header[name]!.data_offsets[0]) % data.BYTES_PER_ELEMENT, 0, name);
});

test('part of a larger array is written alone, and read from the middle of a buffer', (t) => {
  const view = hostTensor(Float32Array.of(1, 2, 3, 4).subarray(1, 3));
  const bytes = encodeSafetensors({ view });
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  const read = decodeSafetensors(shifted.subarray(3)).tensors.get('view')!;
  t.deepEqual(read.data, Float32Array.of(2, 3));
  t.is(read.data.buffer.byteLength, 8);
});

test('other element types widen without loss', (t) => {
  const read = (dtype: string, content: number[], count: number): ArrayLike<number> =>
    decodeSafetensors(file({ x: { dtype, shape: [count], data_offsets: [0, content.length] } }, content)).tensors.get(
      'x',
    )!.data;
  // binary16: 1, −2, 65504 (largest), 2⁻²⁴ (smallest), ∞, NaN.
  t.deepEqual(
    read('F16', [0, 0x3c, 0, 0xc0, 0xff, 0x7b, 1, 0, 0, 0x7c, 0, 0x7e], 6),
    Float32Array.of(1, -2, 65504, 2 ** -24, Infinity, NaN),
  );
  t.deepEqual(read('BF16', [0x80, 0x3f, 0x49, 0xc0], 2), Float32Array.of(1, -3.140625));
  // As float8_e4m3fn and float8_e5m2 of ml_dtypes 0.7.
  t.deepEqual(
    read('F8_E4M3', [0x00, 0x01, 0x07, 0x08, 0x38, 0x7e, 0x7c, 0x80, 0xfe, 0x7f], 10),
    Float32Array.of(0, 0.001953125, 0.013671875, 0.015625, 1, 448, 384, -0, -448, NaN),
  );
  t.deepEqual(
    read('F8_E5M2', [0x00, 0x01, 0x07, 0x38, 0x7b, 0x7c, 0x81, 0xfc, 0x7e], 9),
    Float32Array.of(0, 1.52587890625e-5, 0.0001068115234375, 0.5, 57344, Infinity, -1.52587890625e-5, -Infinity, NaN),
  );
  t.deepEqual(read('U32', [0xff, 0xff, 0xff, 0x7f], 1), Int32Array.of(2 ** 31 - 1));
  t.deepEqual(read('U64', [7, 0, 0, 0, 0, 0, 0, 0], 1), Int32Array.of(7));
  t.deepEqual(
    read('I64', [...new Uint8Array(BigInt64Array.of(-5n, 2147483647n).buffer)], 2),
    Int32Array.of(-5, 2147483647),
  );
  t.deepEqual(read('I16', [0xff, 0xff], 1), Int32Array.of(-1));
  t.deepEqual(read('U16', [0xff, 0xff], 1), Int32Array.of(65535));
  t.deepEqual(read('I8', [0x80], 1), Int32Array.of(-128));
  t.deepEqual(read('U8', [0x80], 1), Int32Array.of(128));
});

const entry = { dtype: 'F32', shape: [1], data_offsets: [0, 4] };
const four = [0, 0, 0, 0];
const header = (length: bigint): Uint8Array => new Uint8Array(BigUint64Array.of(length).buffer);

const broken: Record<string, [bytes: Uint8Array, message: RegExp]> = {
  nothing: [new Uint8Array(0), /at least 8 bytes, found 0/],
  'a header longer than the file': [
    Uint8Array.of(...header(100n), 0x7b),
    /header is 100 bytes long, but only 1 follow/,
  ],
  'a header beyond the limit': [header(100_000_001n), /100000001 bytes long, the most is 100000000/],
  'a header of 2⁶⁴ − 1 bytes': [header(2n ** 64n - 1n), /18446744073709551615/],
  'no header': [file(''), /not JSON/],
  'no JSON': [file('{"x":'), /not JSON/],
  'no UTF-8': [Uint8Array.of(...header(4n), 0x7b, 0x22, 0xff, 0x7d), /not JSON in UTF-8/],
  'a list': [file([]), /must be a JSON object/],
  'space before the header': [file(' {}'), /start with '\{'/],
  'a tensor twice': [file(`{"x":${JSON.stringify(entry)},"\\u0078":${JSON.stringify(entry)}}`, four), /key 'x' twice/],
  'a field twice': [
    file('{"x":{"dtype":"F32","dtype":"I32","shape":[1],"data_offsets":[0,4]}}', four),
    /key 'dtype' twice/,
  ],
  'a field missing': [file({ x: { dtype: 'F32', data_offsets: [0, 4] } }, four), /'x': the shape must be a list/],
  'a field too many': [file({ x: { ...entry, strides: [1] } }, four), /unknown field 'strides'/],
  'a tensor that is a number': [file({ x: 3 }), /'x': expected \{ dtype, shape, data_offsets \}, found 3/],
  'lists deeper than the stack': [file(`{"x":${'['.repeat(1e6)}${']'.repeat(1e6)}}`), /'x': expected/],
  'the name __proto__': [file(`{"__proto__":${JSON.stringify(entry)}}`, four), /'__proto__': this name is reserved/],
  'an unknown dtype': [file({ x: { ...entry, dtype: 'C64' } }, four), /dtype "C64" cannot be read, only F64, F32/],
  'the dtype of a method': [file({ x: { ...entry, dtype: 'constructor' } }, four), /cannot be read/],
  'a negative extent': [file({ x: { ...entry, shape: [-1] } }, four), /whole numbers ≥ 0, found \[-1\]/],
  'half an extent': [file({ x: { ...entry, shape: [0.5] } }, four), /whole numbers/],
  'an unsafe extent': [
    file('{"x":{"dtype":"F32","shape":[9007199254740993],"data_offsets":[0,4]}}', four),
    /whole numbers/,
  ],
  'extents that overflow': [file({ x: { ...entry, shape: [2 ** 40, 2 ** 40] } }, four), /too large/],
  'extents that overflow behind a 0': [
    file({ x: { dtype: 'F32', shape: [0, 2 ** 40, 2 ** 40], data_offsets: [0, 0] } }),
    /too large/,
  ],
  'offsets in the wrong order': [
    file({ x: { ...entry, data_offsets: [4, 0] } }, four),
    /0 ≤ start ≤ end, found \[4,0\]/,
  ],
  'a shape that does not fill the offsets': [
    file({ x: { ...entry, shape: [2] } }, four),
    /F32 \[2\] takes 8 bytes, but data_offsets span 4/,
  ],
  'offsets behind the end': [file({ x: entry }, [0, 0, 0]), /describes 4 bytes of data, found 3: the file is cut off/],
  'bytes behind the last tensor': [file({ x: entry }, [...four, 0]), /found 5: the file is followed by something else/],
  'a hole': [file({ x: { ...entry, data_offsets: [1, 5] } }, [...four, 0]), /starts at byte 1 of the data, expected 0/],
  'an overlap': [
    file({ x: entry, y: { ...entry, data_offsets: [2, 6] } }, [...four, 0, 0]),
    /'y' starts at byte 2 of the data, expected 4/,
  ],
  'a boolean of 2': [
    file({ x: { dtype: 'BOOL', shape: [1], data_offsets: [0, 1] } }, [2]),
    /BOOL must be 0 or 1, found 2/,
  ],
  'an integer beyond int32': [
    file({ x: { dtype: 'I64', shape: [1], data_offsets: [0, 8] } }, [0, 0, 0, 0x80, 0, 0, 0, 0]),
    /2147483648 does not fit int32/,
  ],
  'metadata that are no strings': [
    file({ __metadata__: { step: 3 } }),
    /__metadata__ 'step' must be a string, found 3/,
  ],
  'metadata that are no object': [file({ __metadata__: ['a'] }), /__metadata__ must be an object/],
};

for (const [what, [bytes, message]] of Object.entries(broken)) {
  test(`refuses ${what}, naming the file`, (t) => {
    const error = t.throws(() => decodeSafetensors(bytes, { source: 'model.safetensors' }), {
      instanceOf: AdjointError,
      code: 'FILE_INVALID',
      message,
    });
    t.regex(error?.message ?? '', /^model\.safetensors: /);
  });
}

test('metadata may be long and full of escapes', (t) => {
  const note = '"\\\n{'.repeat(1e6);
  t.is(decodeSafetensors(encodeSafetensors({}, { note })).metadata.get('note'), note);
});

test('an empty file and names from Object.prototype are in order', (t) => {
  t.is(decodeSafetensors(file('{}')).tensors.size, 0);
  t.deepEqual(
    [...decodeSafetensors(file({ toString: entry, __metadata__: { constructor: 'a' } }, four)).tensors.keys()],
    ['toString'],
  );
});

test('reserved names and data that do not fill their shape are not written', (t) => {
  const one = hostTensor(Float32Array.of(1));
  for (const name of ['__metadata__', '__proto__']) {
    t.throws(() => encodeSafetensors(new Map([[name, one]])), { instanceOf: AdjointError, message: /reserved/ });
  }
  t.throws(() => encodeSafetensors({ x: { ...one, shape: [2] } }), {
    instanceOf: AdjointError,
    message: /'x' is float32 \[2\]/,
  });
  t.throws(() => encodeSafetensors({ x: { ...one, dtype: 'float64' } }), {
    instanceOf: AdjointError,
    message: /Float32Array/,
  });
});

test('any tensors survive the round trip', (t) => {
  const tensor = fc.oneof(
    fc.float32Array().map((data) => hostTensor(data)),
    fc.float64Array().map((data) => hostTensor(data, [1, data.length])),
    fc.int32Array().map((data) => hostTensor(data, [data.length, 1])),
    fc.uint8Array({ max: 1 }).map((data) => hostTensor(data)),
  );
  const name = fc.string({ unit: 'binary' }).filter((text) => !['__metadata__', '__proto__'].includes(text));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(name, tensor)).map((entries) => new Map(entries)),
      fc.dictionary(name, fc.string({ unit: 'binary' })),
      (tensors, extra) => {
        const read = decodeSafetensors(encodeSafetensors(tensors, extra));
        t.deepEqual(Object.fromEntries(read.tensors), Object.fromEntries(tensors));
        t.deepEqual(read.metadata, new Map(Object.entries(extra)));
      },
    ),
  );
});

/** Decodes and asserts that this gives well-formed tensors or an AdjointError. */
function decodeOrRefuse(t: ExecutionContext, bytes: Uint8Array): void {
  try {
    for (const { data, shape } of decodeSafetensors(bytes).tensors.values()) t.is(data.length, sizeOf(shape));
  } catch (error) {
    t.true(error instanceof AdjointError && error.code === 'FILE_INVALID', String(error));
  }
}

test('a file cut off anywhere is refused', (t) => {
  const bytes = encodeSafetensors(sample, metadata);
  for (let length = 0; length < bytes.length; length++) {
    t.throws(() => decodeSafetensors(bytes.subarray(0, length)), { instanceOf: AdjointError });
  }
});

test('any change of bytes gives well-formed tensors or an AdjointError', (t) => {
  const bytes = encodeSafetensors(sample, metadata);
  const changes = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(changes, fc.nat(bytes.length), (list, length) => {
      const changed = bytes.slice();
      for (const [at, value] of list) changed[at] = value;
      decodeOrRefuse(t, changed);
      decodeOrRefuse(t, changed.subarray(0, length));
    }),
    { numRuns: 2000 },
  );
});

test('any header over any data gives well-formed tensors or an AdjointError', (t) => {
  const number = fc.oneof(fc.nat(9), fc.constantFrom(-1, 0.5, 2 ** 53, 1e300));
  const anyEntry = fc.record({
    dtype: fc.constantFrom('F32', 'F64', 'I32', 'BOOL', 'U8', 'F16', 'I64', 'X', ''),
    shape: fc.array(number, { maxLength: 3 }),
    data_offsets: fc.array(number, { minLength: 1, maxLength: 3 }),
  });
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.oneof(anyEntry, fc.jsonValue())),
      fc.array(fc.nat(255), { maxLength: 16 }),
      (content, data) => decodeOrRefuse(t, file(content, data)),
    ),
    { numRuns: 2000 },
  );
});

test('maxBytes bounds what the arrays take in memory, which may be more than the file', (t) => {
  const bytes = file({ x: { dtype: 'U8', shape: [100], data_offsets: [0, 100] } }, new Array<number>(100).fill(7));
  t.is(decodeSafetensors(bytes, { maxBytes: 400 }).tensors.get('x')?.data.length, 100);
  const error = t.throws(() => decodeSafetensors(bytes, { maxBytes: 399 }), { instanceOf: AdjointError });
  t.is(error?.code, 'FILE_INVALID');
  t.regex(error?.message ?? '', /takes 400 bytes in memory, more than the 399 that maxBytes allows/);
});

test('a file of torch.save is told apart, with what makes another of it', (t) => {
  // A header of 0x0280 bytes begins as a pickle does.
  const note = { note: 'x'.repeat(0x2_80 - JSON.stringify({ __metadata__: { note: '' } }).length) };
  const alike = encodeSafetensors({}, note);
  t.deepEqual([...alike.subarray(0, 2)], [0x80, 2]);
  t.is(decodeSafetensors(alike).metadata.get('note'), note.note);
  for (const start of [
    [0x50, 0x4b, 3, 4, 0, 0, 8, 8, 0],
    [0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46],
  ]) {
    const error = t.throws(() => decodeSafetensors(Uint8Array.from(start), { source: 'resnet.pth' }), {
      instanceOf: AdjointError,
    });
    t.is(error?.code, 'FILE_INVALID');
    t.regex(error?.message ?? '', /^resnet\.pth: it seems to be written by torch\.save/);
    t.regex(error?.message ?? '', /import torch; from safetensors\.torch import save_file\n {2}save_file\(/);
  }
});
