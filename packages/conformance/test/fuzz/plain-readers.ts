import type { IdxArray } from '@adjoint/data';
import type { Safetensors } from '@adjoint/io';
import { hostTensor, sizeOf, type DType, type HostTensor } from 'adjoint';

// Readers of formats in a few lines each, which trust what they read: the library must give the same, or refuse.

export function readSafetensorsPlainly(bytes: Uint8Array): Safetensors {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = 8 + Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start))) as Record<string, never>;
  const tensors = new Map<string, HostTensor>();
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const {
      dtype,
      shape,
      data_offsets: offsets,
    } = entry as {
      dtype: string;
      shape: number[];
      data_offsets: [number, number];
    };
    const type = elementTypes[dtype]!;
    const values = Array.from({ length: sizeOf(shape) }, (_, i) =>
      Number(type.read(view, start + offsets[0] + i * type.bytes)),
    );
    tensors.set(name, hostTensor(Float64Array.from(values), shape, type.dtype));
  }
  return { tensors, metadata: new Map(Object.entries(header['__metadata__'] ?? {})) };
}

interface ElementType {
  readonly bytes: number;
  readonly dtype: DType;
  readonly read: (view: DataView, at: number) => number | bigint;
}

const elementTypes: Readonly<Record<string, ElementType>> = {
  F64: { bytes: 8, dtype: 'float64', read: (view, at) => view.getFloat64(at, true) },
  F32: { bytes: 4, dtype: 'float32', read: (view, at) => view.getFloat32(at, true) },
  F16: { bytes: 2, dtype: 'float32', read: (view, at) => half(view.getUint16(at, true)) },
  BF16: { bytes: 2, dtype: 'float32', read: (view, at) => upperHalf(view.getUint16(at, true)) },
  I64: { bytes: 8, dtype: 'int32', read: (view, at) => view.getBigInt64(at, true) },
  I32: { bytes: 4, dtype: 'int32', read: (view, at) => view.getInt32(at, true) },
  I16: { bytes: 2, dtype: 'int32', read: (view, at) => view.getInt16(at, true) },
  U16: { bytes: 2, dtype: 'int32', read: (view, at) => view.getUint16(at, true) },
  I8: { bytes: 1, dtype: 'int32', read: (view, at) => view.getInt8(at) },
  U8: { bytes: 1, dtype: 'int32', read: (view, at) => view.getUint8(at) },
  BOOL: { bytes: 1, dtype: 'bool', read: (view, at) => view.getUint8(at) },
};

function half(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

function upperHalf(bits: number): number {
  return new Float32Array(Uint32Array.of(bits << 16).buffer)[0]!;
}

export function readIdxPlainly(bytes: Uint8Array): IdxArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: bytes[3]! }, (_, axis) => view.getUint32(4 + 4 * axis));
  const start = 4 + 4 * shape.length;
  const read: Readonly<Record<number, readonly [number, (at: number) => number]>> = {
    0x08: [1, (at) => view.getUint8(at)],
    0x09: [1, (at) => view.getInt8(at)],
    0x0b: [2, (at) => view.getInt16(at)],
    0x0c: [4, (at) => view.getInt32(at)],
    0x0d: [4, (at) => view.getFloat32(at)],
    0x0e: [8, (at) => view.getFloat64(at)],
  };
  const [width, element] = read[bytes[2]!]!;
  return { data: Float64Array.from({ length: sizeOf(shape) }, (_, i) => element(start + i * width)), shape };
}

/** Rows of trimmed fields, without empty lines; lines end as the first one does. */
export function readCsvPlainly(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  const end = /\r?\n|\r/.exec(text)?.[0] === '\r' ? '\r' : '\n';
  const finishField = (): void => void row.push(field.trim()) as never;
  for (let i = text.startsWith('\ufeff') ? 1 : 0; i < text.length; i++) {
    const c = text[i]!;
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') field += text[i++];
      else quoted = false;
    } else if (c === '"' && field === '') quoted = true;
    else if (c === ',') {
      finishField();
      field = '';
    } else if (c === end) {
      finishField();
      rows.push(row);
      row = [];
      field = '';
    } else field += c;
  }
  finishField();
  rows.push(row);
  return rows.filter((fields) => fields.length > 1 || fields[0] !== '');
}
