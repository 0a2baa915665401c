import { checkTensorList, checkTensors } from '../operand.js';
import { AdjointError } from '../../errors.js';
import { valueText } from '../../value-text.js';
import { allocateArray } from '../../tensor/dtype.js';
import {
  checkShape,
  formatShape,
  normalizeAxes,
  normalizeAxis,
  perAxis,
  pickAxes,
  sizeOf,
} from '../../tensor/shape.js';
import { add } from '../primitives/add.js';
import { broadcastTo } from '../primitives/broadcast-to.js';
import { cast } from '../primitives/cast.js';
import { concatenate } from '../primitives/concatenate.js';
import { equal } from '../primitives/equal.js';
import { gather } from '../primitives/gather.js';
import { iota } from '../primitives/iota.js';
import { constant } from '../primitives/constant.js';
import { literalLike } from '../primitives/literal.js';
import { lessEqual } from '../primitives/less-equal.js';
import { greaterEqual } from '../primitives/greater-equal.js';
import { checkPadding, pad, type Padding } from '../primitives/pad.js';
import { reshape } from '../primitives/reshape.js';
import { transpose } from '../primitives/transpose.js';
import { where } from '../primitives/where.js';
import type { DType } from '../../tensor/dtype.js';
import type { Tensor } from '../tensor.js';

/** Leaves out axes of extent 1 (all of them if not given). */
export function squeeze(x: Tensor, axes?: number | readonly number[]): Tensor {
  checkTensors('squeeze', x);
  const dropped =
    axes === undefined
      ? x.shape.flatMap((extent, axis) => (extent === 1 ? [axis] : []))
      : normalizeAxes(axes, x.rank, 'squeeze');
  const long = dropped.find((axis) => x.shape[axis] !== 1);
  if (long !== undefined)
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `squeeze: axis ${long} of ${formatShape(x.shape)} has extent ${x.shape[long]}; only axes of extent 1 can be left out.`,
    );
  return reshape(
    x,
    x.shape.filter((_, axis) => !dropped.includes(axis)),
  );
}

/** Adds an axis of extent 1 before `axis` (−1: at the end). */
export function expandDims(x: Tensor, axis: number): Tensor {
  checkTensors('expandDims', x);
  return reshape(x, x.shape.toSpliced(normalizeAxis(axis, x.rank + 1, 'expandDims'), 0, 1));
}

/** Joins tensors of one shape along a new axis. */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  checkTensorList('stack', tensors);
  const joined = normalizeAxis(axis, (tensors[0]?.rank ?? 0) + 1, 'stack');
  return concatenate(
    tensors.map((tensor) => expandDims(tensor, joined)),
    joined,
  );
}

/** Repeats x `repeats[d]` times along each axis, as numpy's tile; missing repeats in front are 1. */
export function tile(x: Tensor, repeats: readonly number[]): Tensor {
  checkTensors('tile', x);
  checkShape(repeats, 'tile');
  const rank = Math.max(x.rank, repeats.length);
  const shape = [...new Array<number>(rank - x.rank).fill(1), ...x.shape];
  const counts = [...new Array<number>(rank - repeats.length).fill(1), ...repeats];
  const axes = perAxis({ extent: shape, count: counts });
  const interleaved = broadcastTo(
    reshape(
      x,
      shape.flatMap((extent) => [1, extent]),
    ),
    axes.flatMap(({ extent, count }) => [count, extent]),
  );
  return reshape(
    interleaved,
    axes.map(({ extent, count }) => extent * count),
  );
}

/** Whole slices of x at `indices` (int32, any shape) along `axis`. */
export function take(x: Tensor, indices: Tensor, axis = 0): Tensor {
  checkTensors('take', x, indices);
  const along = normalizeAxis(axis, x.rank, 'take');
  const taken = gather(x, reshape(indices, [indices.size]), along);
  return reshape(taken, x.shape.toSpliced(along, 1, ...indices.shape));
}

/** y[…, k, …] = x[…, indices[…, k, …], …]: x and `indices` (int32) agree in all axes but `axis`. */
export function takeAlongAxis(x: Tensor, indices: Tensor, axis: number): Tensor {
  checkTensors('takeAlongAxis', x, indices);
  const along = normalizeAxis(axis, x.rank, 'takeAlongAxis');
  if (indices.rank !== x.rank || indices.shape.some((extent, d) => d !== along && extent !== x.shape[d])) {
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `takeAlongAxis: indices ${formatShape(indices.shape)} and input ${formatShape(x.shape)} must agree in all axes but ${along}.`,
    );
  }
  const last = x.shape.flatMap((_, d) => (d === along ? [] : [d])).concat(along);
  const rows = sizeOf(x.shape.toSpliced(along, 1));
  const flatten = (tensor: Tensor): Tensor => reshape(transpose(tensor, last), [rows, tensor.shape[along]!]);
  const taken = gather(flatten(x), flatten(indices), 1, 1);
  const moved = reshape(taken, pickAxes(indices.shape, last));
  return transpose(
    moved,
    x.shape.map((_, d) => last.indexOf(d)),
  );
}

/** One-hot rows: y[…, c] = 1 where indices[…] = c; a row of zeros for an index outside. */
export function oneHot(indices: Tensor, classes: number, dtype: DType = 'float32'): Tensor {
  checkTensors('oneHot', indices);
  return cast(equal(expandDims(indices, -1), iota([classes], 0, indices.dtype)), dtype);
}

/** Zeros below the `diagonal`-th diagonal of the last two axes. */
export function upperTriangle(x: Tensor, diagonal = 0): Tensor {
  checkTensors('upperTriangle', x);
  return where(lessEqual(add(rowIndex(x), diagonal), columnIndex(x)), x, 0);
}

/** Zeros above the `diagonal`-th diagonal of the last two axes. */
export function lowerTriangle(x: Tensor, diagonal = 0): Tensor {
  checkTensors('lowerTriangle', x);
  return where(greaterEqual(add(rowIndex(x), diagonal), columnIndex(x)), x, 0);
}

function rowIndex(x: Tensor): Tensor {
  return iota(x.shape.slice(-2), 0);
}

function columnIndex(x: Tensor): Tensor {
  return iota(x.shape.slice(-2), 1);
}

export type PaddingMode = 'constant' | 'reflect' | 'replicate' | 'circular';

/** Places along one axis that are listed on the host. */
const mostPositions = 2 ** 26;

/** Which element stands at position i (outside 0 … extent − 1) under each mode. */
const extensions: Record<Exclude<PaddingMode, 'constant'>, (i: number, extent: number) => number> = {
  reflect(i, extent) {
    const period = Math.max(1, 2 * (extent - 1));
    const place = ((i % period) + period) % period;
    return Math.min(place, period - place);
  },
  replicate: (i, extent) => Math.min(Math.max(i, 0), extent - 1),
  circular: (i, extent) => ((i % extent) + extent) % extent,
};

/**
 * Pads x; negative padding crops. `constant` fills with `value`, `reflect` mirrors without repeating the edge,
 * `replicate` repeats the edge, `circular` wraps around.
 */
export function padWith(x: Tensor, padding: Padding, mode: PaddingMode = 'constant', value = 0): Tensor {
  checkTensors('padWith', x);
  checkPadding('padWith', padding, x);
  if (typeof mode !== 'string' || (mode !== 'constant' && !Object.hasOwn(extensions, mode)))
    throw new AdjointError(
      'ATTRIBUTE_INVALID',
      `padWith: the mode is ${valueText(mode)}; it must be one of constant, ${Object.keys(extensions).join(', ')}.`,
    );
  if (mode === 'constant') return pad(x, padding, { value });
  return padding.reduce((padded, [before, after], axis) => {
    if (before === 0 && after === 0) return padded;
    // What is only cut has no places to look up, however long it is.
    if (before <= 0 && after <= 0)
      return pad(
        padded,
        padded.shape.map((_, d) => (d === axis ? [before, after] : [0, 0])),
      );
    const extent = x.shape[axis]!;
    if (extent === 0)
      throw new AdjointError(
        'SHAPE_MISMATCH',
        `pad: axis ${axis} of ${formatShape(x.shape)} is empty and has nothing to ${mode}.`,
      );
    const length = Math.max(0, extent + before + after);
    if (length > mostPositions)
      throw new AdjointError(
        'OUT_OF_MEMORY',
        `padWith: axis ${axis} of ${formatShape(x.shape)} would have ${length} elements, whose places in the input take ${4 * length} bytes; the most is ${mostPositions} along one axis.`,
      );
    const positions = allocateArray('int32', length).map((_, i) => extensions[mode](i - before, extent));
    return gather(padded, constant({ data: positions, shape: [length], dtype: 'int32' }), axis);
  }, x);
}

/** Zeros of the shape and dtype of x. */
export function zerosLike(x: Tensor): Tensor {
  checkTensors('zerosLike', x);
  return broadcastTo(literalLike(x, 0), x.shape);
}
