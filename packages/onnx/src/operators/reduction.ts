import * as core from '@adjoint/core';
import { argMax, argMin, cast, cumulativeSum, flip, iota, slice, pad, type Tensor } from '@adjoint/core';
import type { Call } from './call.js';
import type { Operator, Operators } from './operator.js';

/** Axes are an attribute in old versions (before 13 for sums, before 18 for the others) and an input in newer ones. */
function axesOf(call: Call): readonly number[] {
  const given = call.numbersAt(1, 'axes');
  if (given && given.length > 0) return given.map((axis) => call.axis(axis));
  return call.flag('noop_with_empty_axes') ? [] : call.x.shape.map((_, axis) => axis);
}

function reduce(f: (x: Tensor, axes: readonly number[], keep: boolean) => Tensor): Operator {
  return { apply: (call) => f(call.x, axesOf(call), call.flag('keepdims', true)), statics: [1] };
}

/** Of booleans, whether any is true, or all are. */
function extreme(f: typeof core.max, ofBooleans: typeof core.any): Operator {
  return reduce((x, axes, keep) => (x.dtype === 'bool' ? ofBooleans : f)(x, axes, keep));
}

function mean(x: Tensor, axes: readonly number[], keep: boolean): Tensor {
  if (x.dtype !== 'int32') return core.mean(x, axes, keep);
  return cast(core.mean(cast(x, 'float64'), axes, keep), 'int32');
}

/** Where the largest or the smallest element is; the last of equals is the first from the other end. */
function argExtreme(f: typeof argMax): Operator {
  return {
    apply(call) {
      const axis = call.axis(call.number('axis', 0));
      const keep = call.flag('keepdims', true);
      if (!call.flag('select_last_index')) return f(call.x, axis, keep);
      return f(flip(call.x, [axis]), axis, keep)
        .neg()
        .add((call.x.shape[axis] ?? 1) - 1);
    },
  };
}

/**
 * Before version 13 all axes from `axis` on (1 if not given) were taken together; since, the function goes along one axis
 * (the last if not given).
 */
function along(f: (x: Tensor, axis: number) => Tensor): Operator {
  return {
    apply(call) {
      const { x } = call;
      if (call.opset >= 13) return f(x, call.axis(call.number('axis', -1)));
      const axis = call.cut(call.number('axis', 1));
      const rows = x.shape.slice(0, axis).reduce((product, extent) => product * extent, 1);
      return f(x.reshape([rows, x.size / Math.max(rows, 1)]), 1).reshape(x.shape);
    },
  };
}

function hardmax(x: Tensor, axis: number): Tensor {
  return cast(iota(x.shape, axis).equal(argMax(x, axis, true)), x.dtype);
}

/** Exclusive sums leave out the element itself: they are shifted by one place. */
function cumulative(call: Call): Tensor {
  const [axis = 0] = call.known(1) ?? [];
  const along1 = call.axis(axis);
  const reverse = call.flag('reverse');
  const { x } = call;
  const sums = cumulativeSumOf(x, along1, reverse);
  if (!call.flag('exclusive')) return sums;
  const around = x.shape.map((_, d) =>
    d !== along1 ? ([0, 0] as const) : reverse ? ([0, 1] as const) : ([1, 0] as const),
  );
  const extent = x.shape[along1] ?? 0;
  const origin = x.shape.map((_, d) => (d === along1 && reverse ? 1 : 0));
  const end = x.shape.map((own, d) => (d === along1 ? extent + (reverse ? 1 : 0) : own));
  return slice(pad(sums, around), origin, end);
}

function cumulativeSumOf(x: Tensor, axis: number, reverse: boolean): Tensor {
  return reverse ? flip(cumulativeSum(flip(x, [axis]), axis), [axis]) : cumulativeSum(x, axis);
}

export const reduction: Operators = {
  ArgMax: argExtreme(argMax),
  ArgMin: argExtreme(argMin),
  CumSum: { apply: cumulative, statics: [1] },
  Hardmax: along(hardmax),
  LogSoftmax: along((x, axis) => core.logSoftmax(x, axis)),
  ReduceL1: reduce((x, axes, keep) => core.sum(x.abs(), axes, keep)),
  ReduceL2: reduce((x, axes, keep) => (axes.length === 0 ? x.abs() : core.norm(x, 2, axes, keep))),
  ReduceLogSum: reduce((x, axes, keep) => core.sum(x, axes, keep).log()),
  ReduceLogSumExp: reduce((x, axes, keep) => core.logSumExp(x, axes, keep)),
  ReduceMax: extreme(core.max, core.any),
  ReduceMean: reduce(mean),
  ReduceMin: extreme(core.min, core.all),
  ReduceProd: reduce((x, axes, keep) => core.prod(x, axes, keep)),
  ReduceSum: reduce((x, axes, keep) => core.sum(x, axes, keep)),
  ReduceSumSquare: reduce((x, axes, keep) => core.sum(x.mul(x), axes, keep)),
  Softmax: along((x, axis) => core.softmax(x, axis)),
};
