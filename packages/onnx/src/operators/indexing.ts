import {
  cast,
  concatenate,
  expandDims,
  iota,
  lowerTriangle,
  slice,
  take,
  takeAlongAxis,
  upperTriangle,
  where,
  gather,
  scatterAdd,
  sizeOf,
  broadcastTo,
  argMax,
  hostTensor,
  type Tensor,
} from '@adjoint/core';
import { constant } from '@adjoint/core/primitives';
import type { Call } from './call.js';
import type { Operators } from './operator.js';

/** Indices count from the end if they are negative. */
function fromStart(indices: Tensor, extent: number): Tensor {
  return where(indices.less(0), indices.add(extent), indices);
}

function gatherOf(call: Call): Tensor {
  const axis = call.axis(call.number('axis', 0));
  return take(call.x, fromStart(call.input(1), call.x.shape[axis] ?? 0), axis);
}

/** x may be longer than the indices in the other axes. */
function gatherElements(call: Call): Tensor {
  const axis = call.axis(call.number('axis', 0));
  const indices = call.input(1);
  const extents = call.x.shape.map((extent, d) => (d === axis ? extent : (indices.shape[d] ?? extent)));
  const part = slice(
    call.x,
    call.x.shape.map(() => 0),
    extents,
  );
  return takeAlongAxis(part, fromStart(indices, call.x.shape[axis] ?? 0), axis);
}

/** Flat places, of tuples of indices in the last axis, in the axes of x that they name. */
function placesOf(tuples: Tensor, extents: readonly number[]): Tensor {
  const last = tuples.rank - 1;
  const parts = extents.map((extent, k) => {
    const from = tuples.shape.map((_, d) => (d === last ? k : 0));
    const one = slice(tuples, from, tuples.shape.with(last, k + 1));
    const stride = sizeOf(extents.slice(k + 1));
    return fromStart(one, extent).mul(stride);
  });
  const sum = parts.reduce((total, part) => total.add(part));
  return sum.reshape(tuples.shape.slice(0, -1));
}

function gatherND(call: Call): Tensor {
  const [x, tuples] = [call.x, call.input(1)];
  const batchDims = call.number('batch_dims', 0);
  const depth = tuples.shape.at(-1) ?? 0;
  const batch = x.shape.slice(0, batchDims);
  const named = x.shape.slice(batchDims, batchDims + depth);
  const rest = x.shape.slice(batchDims + depth);
  const places = placesOf(tuples, named);
  const inner = places.shape.slice(batchDims);
  const rows = x.reshape([sizeOf(batch), sizeOf(named), sizeOf(rest)]);
  const taken = gather(rows, places.reshape([sizeOf(batch), sizeOf(inner)]), 1, 1);
  return taken.reshape([...batch, ...inner, ...rest]);
}

/**
 * Writes rows of updates [count, rest] to places of x [extent, rest]: what is there is added to, or else replaced by the sum
 * of what comes (of several, ONNX leaves open which counts).
 */
function scatterRows(x: Tensor, places: Tensor, updates: Tensor, kind: string, call: Call): Tensor {
  const [extent = 0] = x.shape;
  const summed = scatterAdd(updates, places, extent, 0);
  if (kind === 'add') return x.add(summed);
  if (kind !== 'none') throw call.unsupported(`the reduction '${kind}'`);
  const isHit = scatterAdd(cast(places, 'int32').mul(0).add(1), places, extent, 0).greater(0);
  return where(isHit.reshape([extent, ...x.shape.slice(1).map(() => 1)]), summed, x);
}

function scatterND(call: Call): Tensor {
  const [x, tuples, updates] = [call.x, call.input(1), call.input(2)];
  const depth = tuples.shape.at(-1) ?? 0;
  const [named, rest] = [x.shape.slice(0, depth), x.shape.slice(depth)];
  const places = placesOf(tuples, named);
  const rows = x.reshape([sizeOf(named), sizeOf(rest)]);
  const given = updates.reshape([places.size, sizeOf(rest)]);
  return scatterRows(rows, places.reshape([places.size]), given, call.text('reduction', 'none'), call).reshape(x.shape);
}

function scatterElements(call: Call): Tensor {
  const [x, indices, updates] = [call.x, call.input(1), call.input(2)];
  const axis = call.axis(call.number('axis', 0));
  const places = x.shape
    .map((extent, d) => {
      const own = d === axis ? fromStart(indices, extent) : broadcastTo(iota(indices.shape, d), indices.shape);
      return own.mul(sizeOf(x.shape.slice(d + 1)));
    })
    .reduce((total, part) => total.add(part));
  const flat = scatterRows(
    x.reshape([x.size]),
    places.reshape([places.size]),
    updates.reshape([updates.size]),
    call.text('reduction', 'none'),
    call,
  );
  return flat.reshape(x.shape);
}

/** `off` and `on` in the last input, classes in a new axis. */
function oneHot(call: Call): Tensor {
  const [depth = 0] = call.known(1) ?? [];
  const indices = cast(call.x, 'int32');
  const axis = call.axis(call.number('axis', -1), indices.rank + 1);
  const classes = fromStart(indices, depth);
  const spread = expandDims(classes, axis);
  const shape = spread.shape.with(axis, depth);
  const values = call.input(2);
  const value = (i: number): Tensor => slice(values, [i], [i + 1]).reshape([]);
  return where(iota(shape, axis).equal(spread), value(1), value(0));
}

function triangle(call: Call): Tensor {
  const [diagonal = 0] = call.known(1) ?? [];
  return call.flag('upper', true) ? upperTriangle(call.x, diagonal) : lowerTriangle(call.x, diagonal);
}

/** The k largest (or smallest) elements one by one: each is found, and then left out. */
function topK(call: Call): readonly Tensor[] {
  const axis = call.axis(call.number('axis', -1));
  const [k = 1] = call.opset < 10 ? [call.number('k', 1)] : (call.known(1) ?? []);
  const sign = call.flag('largest', true) ? 1 : -1;
  const isFloating = call.x.dtype !== 'int32';
  let left = sign === 1 ? call.x : call.x.neg();
  const places: Tensor[] = [];
  for (let i = 0; i < k; i++) {
    const place = argMax(left, axis, true);
    places.push(place);
    left = where(iota(call.x.shape, axis).equal(place), isFloating ? -Infinity : -(2 ** 31), left);
  }
  const indices = concatenate(places, axis);
  return [takeAlongAxis(call.x, indices, axis), indices];
}

function compress(call: Call): Tensor {
  const chosen = (call.known(1) ?? []).flatMap((isChosen, i) => (isChosen === 0 ? [] : [i]));
  const indices = constant(hostTensor(Int32Array.from(chosen)));
  if (!call.has('axis')) return take(call.x.reshape([call.x.size]), indices, 0);
  return take(call.x, indices, call.axis(call.number('axis', 0)));
}

/** Turns round the first elements along the time axis, as many as each example has. */
function reverseSequence(call: Call): Tensor {
  const time = call.number('time_axis', 0);
  const { x } = call;
  const [steps = 0, examples = 0] = [x.shape[time], x.shape[1 - time]];
  const lengths = call.input(1).reshape(time === 0 ? [1, examples] : [examples, 1]);
  const position = iota(time === 0 ? [steps, examples] : [examples, steps], time);
  const places = where(position.less(lengths), lengths.sub(1).sub(position), position);
  const spread = places.reshape([...places.shape, ...x.shape.slice(2).map(() => 1)]);
  return takeAlongAxis(x, broadcastTo(spread, x.shape), time);
}

export const indexing: Operators = {
  Compress: { apply: compress, statics: [1] },
  Gather: { apply: gatherOf, roles: { 0: 'kernel' } },
  GatherElements: { apply: gatherElements },
  GatherND: { apply: gatherND },
  OneHot: { apply: oneHot, statics: [1] },
  ReverseSequence: { apply: reverseSequence },
  Scatter: { apply: scatterElements },
  ScatterElements: { apply: scatterElements },
  ScatterND: { apply: scatterND },
  TopK: { apply: topK, statics: [1] },
  Trilu: { apply: triangle, statics: [1] },
};
