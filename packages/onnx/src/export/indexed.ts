import { isFloat, type Tensor } from '@adjoint/core';
import type { Dim } from './dims.js';
import { inputOf, type Emission, type Emitters } from './emitter.js';

interface Indexed {
  readonly axis: number;
  readonly batchDims: number;
}

/** Primitives that change the shape of indices alone. */
const moving = new Set(['reshape', 'transpose', 'broadcastTo', 'slice', 'concatenate']);

/** Whether all indices are seen to lie in 0 … extent − 1: constants, and places that a maximum was found at. */
function areInside(indices: Tensor, extent: number, emission: Emission): boolean {
  const constant = emission.constantOf(indices);
  if (constant) return Array.from(constant).every((index) => index >= 0 && index < extent);
  const { name } = indices.primitive;
  if (name === 'windowArgMax' || name === 'argMax' || name === 'iota') return true;
  return moving.has(name) && indices.inputs.every((input) => areInside(input, extent, emission));
}

/** Indices in all axes of the elements that they pick. */
function spreadIndices(emission: Emission, name: string, indices: Tensor, wanted: readonly Dim[]): string {
  const { writer, views } = emission;
  const { axis, batchDims } = emission.node.attributes as Indexed;
  const own = emission.dims(indices);
  const dims = wanted.map((_, d): Dim => (d < batchDims ? (own[d] ?? 1) : d === axis ? (own.at(-1) ?? 1) : 1));
  const aligned = views.reshape(name, own, dims);
  const repeats = wanted.map((extent, d): Dim => (dims[d] === 1 ? extent : 1));
  return repeats.every((extent) => extent === 1) ? aligned : writer.node('Expand', [aligned, writer.shape(repeats)]);
}

/** NaN (0 for integers) where an index lies outside. */
function gather(emission: Emission): string {
  const { writer, node } = emission;
  const { axis, batchDims } = node.attributes as Indexed;
  const [x = '', given = ''] = emission.inputs;
  const [source, indices] = [inputOf(emission, 0), inputOf(emission, 1)];
  const extent = source.shape[axis] ?? 0;
  const inside = areInside(indices, extent, emission);
  const number = (value: number): string => writer.scalar(value, 'int32');
  const safe = inside
    ? given
    : writer.node('Min', [writer.node('Max', [given, number(0)]), number(Math.max(extent - 1, 0))]);
  const wanted = emission.dims(node);
  const picked =
    batchDims === 0
      ? writer.node('Gather', [x, safe], { axis })
      : writer.node('GatherElements', [x, spreadIndices(emission, safe, indices, wanted)], { axis });
  if (inside) return picked;
  const isInside = spreadIndices(emission, writer.node('Equal', [safe, given]), indices, wanted);
  const missing = writer.scalar(isFloat(node.dtype) ? NaN : 0, node.dtype);
  return writer.node('Where', [isInside, picked, missing]);
}

/** What lies outside goes to a place behind the last one, which is cut off. */
function scatterAdd(emission: Emission): string {
  const { writer, node } = emission;
  const { axis, size } = node.attributes as Indexed & { readonly size: number };
  const [x = '', given = ''] = emission.inputs;
  const [source, indices] = [inputOf(emission, 0), inputOf(emission, 1)];
  const inside = areInside(indices, size, emission);
  const number = (value: number): string => writer.scalar(value, 'int32');
  const isLow = (): string => writer.node('Less', [given, number(0)]);
  const safe = inside
    ? given
    : writer.node('Where', [isLow(), number(size), writer.node('Min', [given, number(size)])]);
  const extents = emission.dims(node).with(axis, size + (inside ? 0 : 1));
  const zeros = writer.node('Expand', [writer.scalar(0, node.dtype), writer.shape(extents)]);
  const places = spreadIndices(emission, safe, indices, emission.dims(source));
  const sums = writer.node('ScatterElements', [zeros, places, x], { axis, reduction: 'add' });
  if (inside) return sums;
  return writer.node('Slice', [sums, ...[0, size, axis].map((value) => writer.integers([value]))]);
}

export const indexed: Emitters = { gather, scatterAdd };
