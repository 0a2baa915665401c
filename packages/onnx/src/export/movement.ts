import type { DType } from '@adjoint/core';
import { elementTypeOf } from '../format/element-types.js';
import { sameDim, type Dim } from './dims.js';
import { inputOf, type Emission, type Emitters } from './emitter.js';
import type { GraphWriter } from './graph-writer.js';

const farthest = Number.MAX_SAFE_INTEGER;

/** What primitives keep; core checks them when a node is made. */
function attributesOf<T>(emission: Emission): T {
  return emission.node.attributes as T;
}

function broadcastTo(emission: Emission): string {
  const { writer, views, inputs, node } = emission;
  const [from, to] = [emission.dims(inputOf(emission, 0)), emission.dims(node)];
  const own = to.map((_, axis) => from[axis - to.length + from.length] ?? 1);
  const aligned = views.reshape(inputs[0] ?? '', from, own);
  // 1 leaves an extent as it is, so that those which vary need not be computed where they are there.
  const wanted = to.map((extent, axis): Dim => (sameDim(extent, own[axis] ?? 1) ? 1 : extent));
  return wanted.every((extent) => extent === 1) ? aligned : writer.node('Expand', [aligned, writer.shape(wanted)]);
}

function slice({ writer, inputs, node, ...emission }: Emission): string {
  const { start, stop, step } = node.attributes as Record<'start' | 'stop' | 'step', readonly number[]>;
  const x = node.inputs[0]!;
  const dims = emission.dims(x);
  const cut = x.shape.flatMap((extent, axis) => {
    const isWhole = start[axis] === 0 && stop[axis] === extent && step[axis] === 1;
    return isWhole ? [] : [axis];
  });
  if (cut.length === 0) return inputs[0] ?? '';
  const each = (values: readonly number[]): string => writer.integers(cut.map((axis) => values[axis] ?? 0));
  const ends = stop.map((end, axis) => (typeof dims[axis] !== 'number' && end === x.shape[axis] ? farthest : end));
  return writer.node('Slice', [inputs[0] ?? '', each(start), each(ends), writer.integers(cut), each(step)]);
}

function flip({ writer, inputs, node }: Emission): string {
  const { axes } = node.attributes as { readonly axes: readonly number[] };
  const all = (value: number): string => writer.integers(axes.map(() => value));
  return writer.node('Slice', [inputs[0] ?? '', all(-1), all(-farthest), writer.integers(axes), all(-1)]);
}

/** Padding of one value, which may crop and spread. */
export interface Spread {
  readonly padding: readonly (readonly [number, number])[];
  readonly interior: readonly number[];
  readonly value: number;
}

/**
 * Zeros between neighbours come by an axis of extent 1 behind, padded to interior + 1; then what is padded is padded, and what
 * is cropped is cut off, in this order, since a crop may be larger than the value.
 */
export function spread(
  { writer, views }: Emission,
  name: string,
  dims: readonly Dim[],
  { padding, interior, value }: Spread,
  zero: string,
): string {
  let current = name;
  let extents = [...dims];
  const filling = value === 0 ? [] : [zero];
  if (interior.some((count) => count > 0)) {
    const wide = extents.flatMap((extent): Dim[] => [extent, 1]);
    const after = interior.flatMap((count) => [0, count]);
    const padded = writer.node('Pad', [
      views.reshape(current, extents, wide),
      writer.integers([...after.map(() => 0), ...after]),
      ...filling,
    ]);
    const grown = extents.map((extent, axis) => times(extent, (interior[axis] ?? 0) + 1));
    current = views.reshape(
      padded,
      extents.flatMap((extent, axis): Dim[] => [extent, (interior[axis] ?? 0) + 1]),
      grown,
    );
    extents = grown;
  }
  // What was added behind the last elements is cut off.
  const changes = padding.map(([before, after], axis) => [before, after - (interior[axis] ?? 0)] as const);
  if (changes.some((pair) => pair.some((count) => count > 0))) {
    const added = [0, 1].flatMap((side) => changes.map((pair) => Math.max(pair[side] ?? 0, 0)));
    current = writer.node('Pad', [current, writer.integers(added), ...filling]);
  }
  const cut = changes.flatMap((pair, axis) => (pair.some((count) => count < 0) ? [axis] : []));
  if (cut.length === 0) return current;
  const starts = cut.map((axis) => Math.max(-(changes[axis]?.[0] ?? 0), 0));
  const ends = cut.map((axis) => ((changes[axis]?.[1] ?? 0) < 0 ? (changes[axis]?.[1] ?? 0) : farthest));
  return writer.node('Slice', [current, writer.integers(starts), writer.integers(ends), writer.integers(cut)]);
}

function times(dim: Dim, factor: number): Dim {
  return typeof dim === 'number' ? dim * factor : { factor: dim.factor * factor, offset: dim.offset * factor };
}

function pad(emission: Emission): string {
  const { inputs, writer, node } = emission;
  const attributes = attributesOf<Spread>(emission);
  const x = inputOf(emission, 0);
  return spread(emission, inputs[0] ?? '', emission.dims(x), attributes, writer.scalar(attributes.value, node.dtype));
}

function iota({ writer, node, ...emission }: Emission): string {
  const { axis } = node.attributes as { readonly axis: number };
  const dims = emission.dims(node);
  const extent = node.shape[axis] ?? 0;
  const values = { float32: Float32Array, float64: Float64Array, int32: Int32Array, bool: Uint8Array }[node.dtype];
  const data = values.from(Array.from({ length: extent }, (_, i) => (node.dtype === 'bool' ? Math.min(i, 1) : i)));
  const own = dims.map((each, d): Dim => (d === axis ? each : 1));
  const shape = node.shape.map((_, d) => (d === axis ? extent : 1));
  const line =
    typeof dims[axis] === 'number'
      ? writer.constant({ data, shape, dtype: node.dtype })
      : writer.node('Reshape', [counted(writer, dims[axis] ?? 0, node.dtype), writer.shape(own)]);
  const wanted = dims.map((each, d): Dim => (d === axis ? 1 : each));
  return wanted.every((each) => each === 1) ? line : writer.node('Expand', [line, writer.shape(wanted)]);
}

/** 0, 1, … as many as an extent that varies. */
function counted(writer: GraphWriter, extent: Dim, dtype: DType): string {
  const end = writer.node('Squeeze', [writer.shape([extent]), writer.integers([0])]);
  const number = (value: number): string => writer.node('Squeeze', [writer.integers([value]), writer.integers([0])]);
  return writer.node('Cast', [writer.node('Range', [number(0), end, number(1)])], { to: elementTypeOf[dtype] });
}

export const movement: Emitters = {
  broadcastTo,
  concatenate: ({ writer, inputs, node }) =>
    writer.node('Concat', inputs, { axis: (node.attributes as { readonly axis: number }).axis }),
  flip,
  iota,
  literal({ writer, node }) {
    const { value, dtype } = node.attributes as { readonly value: number; readonly dtype: 'float32' };
    return writer.scalar(value, dtype);
  },
  pad,
  reshape: (emission) =>
    emission.views.reshape(emission.inputs[0] ?? '', emission.dims(inputOf(emission, 0)), emission.dims(emission.node)),
  slice,
  transpose: ({ views, inputs, node }) =>
    views.transpose(inputs[0] ?? '', (node.attributes as { readonly permutation: readonly number[] }).permutation),
};
