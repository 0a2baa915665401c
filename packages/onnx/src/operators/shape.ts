import {
  broadcastTo,
  concatenate,
  flip,
  fold,
  hostTensor,
  pad,
  padWith,
  pixelShuffle,
  sizeOf,
  slice,
  tile,
  transpose,
  type PaddingMode,
  type Tensor,
} from '@adjoint/core';
import { constant } from '@adjoint/core/primitives';
import type { Call } from './call.js';
import type { Operators } from './operator.js';

/** 0 keeps the extent at that place, unless `allowzero`; −1 is what is left over. */
function reshape(call: Call): Tensor {
  const { x } = call;
  const given = call.numbersAt(1, 'shape') ?? [];
  const keepsZeros = call.flag('allowzero');
  const kept = given.map((extent, axis) => (extent === 0 && !keepsZeros ? (x.shape[axis] ?? 0) : extent));
  const known = sizeOf(kept.filter((extent) => extent !== -1));
  const { batch } = call.pass;
  const filled = (shape: readonly number[], size: number): number[] =>
    shape.map((extent) => (extent === -1 ? x.size / Math.max(size, 1) : extent));
  // A model that was exported for a fixed number of examples has that number among its constants.
  const isFixed = batch && batch.exported !== batch.actual && kept[0] === batch.exported;
  if (isFixed && (kept.includes(-1) ? x.shape[0] === batch.actual : known * batch.actual === x.size * batch.exported)) {
    const other = kept.with(0, batch.actual);
    return x.reshape(filled(other, (known / batch.exported) * batch.actual));
  }
  return x.reshape(filled(kept, known));
}

function flatten(call: Call): Tensor {
  const axis = call.cut(call.number('axis', 1));
  const rows = sizeOf(call.x.shape.slice(0, axis));
  return call.x.reshape([rows, sizeOf(call.x.shape.slice(axis))]);
}

function squeeze(call: Call): Tensor {
  const axes = call.numbersAt(1, 'axes')?.map((axis) => call.axis(axis));
  return call.x.reshape(call.x.shape.filter((extent, axis) => (axes ? !axes.includes(axis) : extent !== 1)));
}

function unsqueeze(call: Call): Tensor {
  const given = call.numbersAt(1, 'axes') ?? [];
  const rank = call.x.rank + given.length;
  const axes = given.map((axis) => call.axis(axis, rank));
  const extents = [...call.x.shape];
  return call.x.reshape(Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : (extents.shift() ?? 1))));
}

/** Sizes are an attribute before version 13; without any the parts are equal, the last one perhaps smaller. */
function split(call: Call): readonly Tensor[] {
  const axis = call.axis(call.number('axis', 0));
  const extent = call.x.shape[axis] ?? 0;
  const count = call.number('num_outputs', call.node.outputs.length);
  const size = Math.ceil(extent / count);
  const sizes =
    call.numbersAt(1, 'split') ?? Array.from({ length: count }, (_, i) => Math.min(size, extent - i * size));
  let start = 0;
  return sizes.map((length) => {
    const from = call.x.shape.map((_, d) => (d === axis ? start : 0));
    start += length;
    const to = call.x.shape.map((own, d) => (d === axis ? start : own));
    return slice(call.x, from, to);
  });
}

/** Bounds beyond the ends are cut; negative steps go backwards. */
function sliceOf(call: Call): Tensor {
  const isOld = call.opset < 10;
  const starts = (isOld ? call.numbers('starts') : call.known(1)) ?? [];
  const ends = (isOld ? call.numbers('ends') : call.known(2)) ?? [];
  const axes = (isOld ? call.numbers('axes') : call.known(3)) ?? starts.map((_, i) => i);
  const steps = (isOld ? undefined : call.known(4)) ?? starts.map(() => 1);
  let { x } = call;
  axes.forEach((given, i) => {
    const axis = call.axis(given);
    const extent = x.shape[axis] ?? 0;
    const [step, start, end] = [steps[i] ?? 1, starts[i] ?? 0, ends[i] ?? 0];
    const place = (position: number): number => (position < 0 ? position + extent : position);
    const clamp = (position: number, low: number, high: number): number => Math.min(Math.max(position, low), high);
    // Backwards, the axis is turned round, and positions are counted from its end.
    const turned = step < 0;
    const [from, to] = turned
      ? [extent - 1 - clamp(place(start), -1, extent - 1), extent - 1 - clamp(place(end), -1, extent - 1)]
      : [clamp(place(start), 0, extent), clamp(place(end), 0, extent)];
    const source = turned ? flip(x, [axis]) : x;
    const each = (value: number, others: (extent: number) => number): number[] =>
      x.shape.map((own, d) => (d === axis ? value : others(own)));
    x = slice(
      source,
      each(from, () => 0),
      each(Math.max(from, to), (own) => own),
      each(Math.abs(step), () => 1),
    );
  });
  return x;
}

const paddingModes: Readonly<Record<string, PaddingMode>> = {
  constant: 'constant',
  reflect: 'reflect',
  edge: 'replicate',
  wrap: 'circular',
};

function padOf(call: Call): Tensor {
  const { x } = call;
  const pads = (call.opset < 11 ? (call.numbers('pads') ?? call.numbers('paddings')) : call.known(1)) ?? [];
  const axes = call.known(3)?.map((axis) => call.axis(axis)) ?? x.shape.map((_, axis) => axis);
  const padding = x.shape.map((_, axis): readonly [number, number] => {
    const i = axes.indexOf(axis);
    return i < 0 ? [0, 0] : [pads[i] ?? 0, pads[i + axes.length] ?? 0];
  });
  const mode = call.choice(paddingModes, call.text('mode', 'constant'));
  const value = call.opset < 11 ? call.number('value', 0) : (call.known(2)?.[0] ?? 0);
  return padWith(x, padding, mode, value);
}

/** The shape of an input, as numbers that are known. */
function shapeOf(call: Call): Tensor {
  const { rank } = call.x;
  const place = (position: number): number => Math.min(Math.max(position < 0 ? position + rank : position, 0), rank);
  const part = call.x.shape.slice(place(call.number('start', 0)), place(call.number('end', rank)));
  return constant(hostTensor(Int32Array.from(part)));
}

/** To the shape that both broadcast to. */
function expand(call: Call): Tensor {
  const { x } = call;
  const given = call.known(1) ?? [];
  const rank = Math.max(given.length, x.rank);
  const wanted = Array.from({ length: rank }, (_, axis) => {
    const own = x.shape[axis - rank + x.rank] ?? 1;
    const other = given[axis - rank + given.length] ?? 1;
    return own === 1 ? other : own;
  });
  return broadcastTo(x, wanted);
}

/** Version 1 had one number of copies and one axis; since 6 there is a number for each axis. */
function tileOf(call: Call): Tensor {
  if (call.opset >= 6) return tile(call.x, call.known(1) ?? []);
  const [count = 1] = call.known(1) ?? [];
  const [axis = 0] = call.known(2) ?? [];
  return tile(
    call.x,
    call.x.shape.map((_, d) => (d === axis ? count : 1)),
  );
}

/** `DCR` takes the place in the block from the first part of the channels, `CRD` from the last. */
function depthToSpace(call: Call): Tensor {
  const { x } = call;
  const block = call.number('blocksize', 1);
  if (call.text('mode', 'DCR') === 'CRD') return pixelShuffle(x, block);
  const [batch = 1, channels = 1, rows = 1, columns = 1] = x.shape;
  const inner = channels / block ** 2;
  const parts = transpose(x.reshape([batch, block, block, inner, rows, columns]), [0, 3, 4, 1, 5, 2]);
  return parts.reshape([batch, inner, rows * block, columns * block]);
}

function spaceToDepth(call: Call): Tensor {
  const { x } = call;
  const block = call.number('blocksize', 1);
  const [batch = 1, channels = 1, rows = 1, columns = 1] = x.shape;
  const parts = x.reshape([batch, channels, rows / block, block, columns / block, block]);
  const order = call.text('mode', 'DCR') === 'CRD' ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4];
  return transpose(parts, order).reshape([batch, channels * block ** 2, rows / block, columns / block]);
}

/** To extents around the middle, by cutting or by zeros; of an odd number, the end has one more. */
function centerCropPad(call: Call): Tensor {
  const wanted = call.known(1) ?? [];
  const axes = call.numbers('axes')?.map((axis) => call.axis(axis)) ?? call.x.shape.map((_, axis) => axis);
  const padding = call.x.shape.map((extent, axis): readonly [number, number] => {
    const change = (wanted[axes.indexOf(axis)] ?? extent) - extent;
    const before = Math.trunc(change / 2);
    return [before, change - before];
  });
  return pad(call.x, padding);
}

/** Columns [N, C·taps, windows] added up to an image. */
function columnsToImage(call: Call): Tensor {
  const [space, size] = [call.known(1) ?? [], call.known(2) ?? []];
  const pads = call.numbers('pads') ?? [];
  return fold(call.x, space, {
    size,
    stride: call.numbers('strides') ?? 1,
    dilation: call.numbers('dilations') ?? 1,
    padding: size.map((_, d) => [pads[d] ?? 0, pads[d + size.length] ?? 0] as const),
  });
}

/** Places of what is not zero, one in each column; known at once, since their number is a shape. */
function nonZero(call: Call): Tensor {
  const found = (call.known(0) ?? []).flatMap((value, i) => (value === 0 ? [] : [i]));
  const { shape } = call.x;
  const places = shape.flatMap((extent, d) => {
    const stride = sizeOf(shape.slice(d + 1));
    return found.map((i) => Math.floor(i / stride) % extent);
  });
  return constant(hostTensor(Int32Array.from(places), [shape.length, found.length]));
}

/** Operators that move elements, and those that tell of shapes. */
export const shapes: Operators = {
  CenterCropPad: { apply: centerCropPad, statics: [1] },
  Col2Im: { apply: columnsToImage, statics: [1, 2] },
  Concat: { apply: (call) => concatenate(call.all(), call.number('axis', 1)) },
  DepthToSpace: { apply: depthToSpace },
  Expand: { apply: expand, statics: [1] },
  Flatten: { apply: flatten },
  NonZero: { apply: nonZero, statics: [0] },
  Pad: { apply: padOf, statics: [1, 2, 3] },
  Reshape: { apply: reshape, statics: [1] },
  Shape: { apply: shapeOf },
  Size: { apply: (call) => constant(hostTensor(Int32Array.of(call.x.size), [])) },
  Slice: { apply: sliceOf, statics: [1, 2, 3, 4] },
  SpaceToDepth: { apply: spaceToDepth },
  Split: { apply: split, statics: [1] },
  Squeeze: { apply: squeeze, statics: [1] },
  Tile: { apply: tileOf, statics: [1, 2] },
  Transpose: { apply: (call) => transpose(call.x, call.numbers('perm')) },
  Unsqueeze: { apply: unsqueeze, statics: [1] },
};
