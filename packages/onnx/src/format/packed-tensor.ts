import { allocateArray, hostTensor, type HostTensor } from '@adjoint/core';
import type { PackedTensor } from './onnx-graph.js';

/** Characters that are made at once; an argument list may not be of any length. */
const piece = 0x80_00;

export function packTensor({ data, shape, dtype }: HostTensor): PackedTensor {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  let text = '';
  for (let at = 0; at < bytes.length; at += piece) text += String.fromCharCode(...bytes.subarray(at, at + piece));
  return { dtype, shape, base64: btoa(text) };
}

export function unpackTensor({ dtype, shape, base64 }: PackedTensor): HostTensor {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const data = allocateArray(dtype, bytes.length / allocateArray(dtype, 0).BYTES_PER_ELEMENT);
  new Uint8Array(data.buffer).set(bytes);
  return hostTensor(data, shape, dtype);
}
