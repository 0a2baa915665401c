import { hostTensor, type HostTensor } from '@adjoint/core';

/** A safetensors file with this header, whatever it says, padded as the format wants it. */
export function file(header: unknown, content: readonly number[] = []): Uint8Array {
  const text = typeof header === 'string' ? header : JSON.stringify(header);
  const json = new TextEncoder().encode(text);
  const bytes = new Uint8Array(8 + json.length + content.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(content, 8 + json.length);
  return bytes;
}

export const sample: ReadonlyMap<string, HostTensor> = new Map([
  ['mask', hostTensor(Uint8Array.of(1, 0, 1), [3], 'bool')],
  ['weight', hostTensor(Float32Array.of(1, -2.5, NaN, Infinity, -0, 1e-45), [2, 3])],
  ['step', hostTensor(Int32Array.of(-7), [])],
  ['exact', hostTensor(Float64Array.of(0.1, Number.MIN_VALUE), [2, 1])],
  ['empty', hostTensor(new Float32Array(0), [0, 4])],
]);
