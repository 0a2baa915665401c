import { averagePool, floor, iota, lpPool, max, maxPool, mean, norm, pad, unpool, type Tensor } from '@adjoint/core';
import { windowArgMax } from '@adjoint/core/primitives';
import type { Call } from './call.js';
import type { Operator, Operators } from './operator.js';
import { windowsOf, type Windows } from './windows.js';

function poolOf(call: Call): Windows & { readonly ceilMode: boolean } {
  return { ...windowsOf(call, call.numbers('kernel_shape') ?? []), ceilMode: call.flag('ceil_mode') };
}

function spatialAxes(x: Tensor): number[] {
  return x.shape.slice(2).map((_, d) => d + 2);
}

/** Reduces all spatial axes, and keeps them with extent 1. */
function global(reduce: (x: Tensor, axes: readonly number[], call: Call) => Tensor): Operator {
  return { apply: (call) => reduce(call.x, spatialAxes(call.x), call) };
}

/** The largest elements, and where they lie in the whole tensor, row by row or (`storage_order` 1) column by column. */
function maxPoolOf(call: Call): readonly Tensor[] {
  const options = poolOf(call);
  const { x } = call;
  const largest = maxPool(x, options);
  if (call.node.outputs.length < 2 || call.node.outputs[1] === '') return [largest];
  if (options.ceilMode) throw call.unsupported('places of elements with ceil_mode');
  const places = windowArgMax(x, options);
  const space = x.shape.slice(2);
  const plane = space.reduce((product, extent) => product * extent, 1);
  const own = call.flag('storage_order') ? transposedPlaces(places, space) : places;
  const planes = iota([x.shape[0] ?? 1, x.shape[1] ?? 1, ...space.map(() => 1)], 0).mul(x.shape[1] ?? 1);
  const channels = iota([1, x.shape[1] ?? 1, ...space.map(() => 1)], 1);
  return [largest, own.add(planes.add(channels).mul(plane))];
}

/** Places in a plane [h, w] counted down the columns. */
function transposedPlaces(places: Tensor, [rows = 1, columns = 1]: readonly number[]): Tensor {
  const row = floor(places.cast('float64').add(0.5).div(columns)).cast('int32');
  return places.sub(row.mul(columns)).mul(rows).add(row);
}

/** Puts elements back where max pooling took them. */
function maxUnpool(call: Call): Tensor {
  const { size, stride, padding } = windowsOf(call, call.numbers('kernel_shape') ?? []);
  const [x, places] = [call.x, call.input(1)];
  const space = x.shape.slice(2).map((extent, d) => {
    const [before, after] = padding[d] ?? [0, 0];
    return (extent - 1) * (stride[d] ?? 1) + (size[d] ?? 1) - before - after;
  });
  // Places are counted in the tensor that was pooled, which the output may exceed.
  const plane = space.reduce((product, extent) => product * extent, 1);
  const number = iota([x.shape[0] ?? 1, x.shape[1] ?? 1, ...space.map(() => 1)], 0)
    .mul(x.shape[1] ?? 1)
    .add(iota([1, x.shape[1] ?? 1, ...space.map(() => 1)], 1));
  const unpooled = unpool(x, places.sub(number.mul(plane)), space);
  const wanted = call.known(2) ?? unpooled.shape;
  return pad(
    unpooled,
    wanted.map((extent, axis) => [0, extent - (unpooled.shape[axis] ?? 0)]),
  );
}

export const pooling: Operators = {
  AveragePool: {
    apply: (call) => averagePool(call.x, { ...poolOf(call), countPadding: call.flag('count_include_pad') }),
  },
  GlobalAveragePool: global((x, axes) => mean(x, axes, true)),
  GlobalLpPool: global((x, axes, call) => norm(x, call.number('p', 2), axes, true)),
  GlobalMaxPool: global((x, axes) => max(x, axes, true)),
  LpPool: { apply: (call) => lpPool(call.x.abs(), call.number('p', 2), poolOf(call)) },
  MaxPool: { apply: maxPoolOf },
  MaxUnpool: { apply: maxUnpool, statics: [2] },
};
