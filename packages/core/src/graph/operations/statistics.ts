import { checkFlag, checkRecord, checkTensorList, checkTensors } from '../operand.js';
import { AdjointError } from '../../errors.js';
import { valueText } from '../../value-text.js';
import { formatShape, normalizeAxes, pickAxes, sizeOf } from '../../tensor/shape.js';
import { abs } from '../primitives/abs.js';
import { add } from '../primitives/add.js';
import { cast } from '../primitives/cast.js';
import { div } from '../primitives/div.js';
import { equal } from '../primitives/equal.js';
import { literalLike } from '../primitives/literal.js';
import { logicalNot } from '../primitives/logical-not.js';
import { max } from '../primitives/max.js';
import { maximum } from '../primitives/maximum.js';
import { mul } from '../primitives/mul.js';
import { pad } from '../primitives/pad.js';
import { pow } from '../primitives/pow.js';
import { reshape } from '../primitives/reshape.js';
import { sign } from '../primitives/sign.js';
import { slice } from '../primitives/slice.js';
import { sqrt } from '../primitives/sqrt.js';
import { sub } from '../primitives/sub.js';
import { spread, sum } from '../primitives/sum.js';
import { transpose } from '../primitives/transpose.js';
import { where } from '../primitives/where.js';
import { broadcastTo } from '../primitives/broadcast-to.js';
import { withVjp } from '../primitives/with-vjp.js';
import { log } from '../primitives/log.js';
import { floor } from '../primitives/floor.js';
import { clamp, square } from './elementary.js';
import { squeeze } from './shape.js';
import type { Tensor } from '../tensor.js';

type Axes = number | readonly number[];

/** The mean over `axes` (all if not given). */
export function mean(x: Tensor, axes?: Axes, keepDims = false): Tensor {
  checkTensors('mean', x);
  return mul(sum(x, axes, keepDims), 1 / countOver(x, axes, 'mean'));
}

/** Σ(x − mean)²/(n − correction) over `axes`: 0 for the variance of a population, 1 for the unbiased estimate. */
export function variance(
  x: Tensor,
  axes?: Axes,
  options: { readonly correction?: number; readonly keepDims?: boolean } = {},
): Tensor {
  checkTensors('variance', x);
  checkRecord('variance', options);
  const { correction = 0, keepDims = false } = options;
  if (!Number.isFinite(correction))
    throw new AdjointError(
      'ATTRIBUTE_INVALID',
      `variance: the correction is ${valueText(correction)}; it must be a number, such as 0 or 1.`,
    );
  const deviation = sub(x, mean(x, axes, true));
  return div(sum(square(deviation), axes, keepDims), Math.max(0, countOver(x, axes, 'variance') - correction));
}

/** The root of the variance. The gradient where all elements are equal is 0. */
export function standardDeviation(
  x: Tensor,
  axes?: Axes,
  options: { correction?: number; keepDims?: boolean } = {},
): Tensor {
  checkTensors('standardDeviation', x);
  const squared = variance(x, axes, options);
  const isConstant = equal(squared, 0);
  return where(isConstant, 0, sqrt(where(isConstant, 1, squared)));
}

/** (Σ|x|ᵖ)^(1/p) over `axes`; p = Infinity gives the largest magnitude. The gradient at a zero vector is 0. */
export function norm(x: Tensor, p = 2, axes?: Axes, keepDims = false): Tensor {
  checkTensors('norm', x);
  if (typeof p !== 'number' || !(p > 0))
    throw new AdjointError('ATTRIBUTE_INVALID', `norm: p is ${valueText(p)}; it must be a positive number.`);
  const resolved = normalizeAxes(axes, x.rank, 'norm');
  if (p === Infinity && x.size > 0) return max(abs(x), resolved, keepDims);
  if (p === 1 || x.size === 0) return sum(abs(x), resolved, keepDims);
  const scale = powerOfTwoBelow(max(abs(x), resolved, true));
  const scaled = div(x, scale);
  const powers = p === 2 ? square(scaled) : pow(abs(scaled), p);
  const root = (total: Tensor): Tensor => (p === 2 ? sqrt(total) : pow(total, 1 / p));
  return withVjp(
    'norm',
    [x],
    () => mul(root(sum(powers, resolved, keepDims)), keepDims ? scale : squeeze(scale, resolved)),
    (cotangent, _, y) => {
      // d‖x‖/dx = sign(x)·(|x|/‖x‖)^(p−1)
      const length = spread(y, x, { axes: resolved, keepDims });
      const ratio = div(abs(x), where(equal(length, 0), 1, length));
      const slope = mul(
        sign(x),
        p === 2 ? ratio : where(equal(ratio, 0), 0, pow(where(equal(ratio, 0), 1, ratio), p - 1)),
      );
      return [mul(spread(cotangent, x, { axes: resolved, keepDims }), slope)];
    },
  );
}

/**
 * The Euclidean norm of all elements of one or more tensors together, as scale·length. The scale is a power of two, near
 * the largest magnitude, so no square overflows.
 */
export function scaledNorm(tensors: readonly [Tensor, ...Tensor[]]): {
  readonly scale: Tensor;
  readonly length: Tensor;
} {
  checkTensorList('scaledNorm', tensors);
  if (tensors.length === 0) throw new AdjointError('ATTRIBUTE_INVALID', 'scaledNorm: takes at least one tensor.');
  const some = tensors.filter(({ size }) => size > 0);
  if (some.length === 0) return { scale: literalLike(tensors[0], 1), length: literalLike(tensors[0], 0) };
  const scale = powerOfTwoBelow(some.map((x) => max(abs(x))).reduce(maximum));
  const length = sqrt(some.map((x) => sum(square(div(x, scale)))).reduce(add));
  return { scale, length };
}

/**
 * The power of two nearest to each magnitude, 1 where there is none: dividing by it changes no digit, and what is squared
 * after that does not overflow.
 */
function powerOfTwoBelow(magnitude: Tensor): Tensor {
  const exponent = floor(mul(log(magnitude), Math.LOG2E));
  const largest = magnitude.dtype === 'float64' ? 1000 : 120;
  return pow(2, clamp(exponent, -largest, largest));
}

/** The product over `axes`, halved pairwise: its gradient needs no division, so zeros are no trouble. */
export function prod(x: Tensor, axes?: Axes, keepDims = false): Tensor {
  checkTensors('prod', x);
  checkFlag('prod', 'keepDims', keepDims);
  const resolved = normalizeAxes(axes, x.rank, 'prod');
  const kept = x.shape.flatMap((_, axis) => (resolved.includes(axis) ? [] : [axis]));
  const rows = sizeOf(pickAxes(x.shape, kept));
  let count = sizeOf(pickAxes(x.shape, resolved));
  let factors =
    count === 0
      ? broadcastTo(literalLike(x, 1), [rows, 1])
      : reshape(transpose(x, [...kept, ...resolved]), [rows, count]);
  while (count > 1) {
    const even =
      count % 2 === 0
        ? factors
        : pad(
            factors,
            [
              [0, 0],
              [0, 1],
            ],
            { value: 1 },
          );
    count = Math.ceil(count / 2);
    factors = mul(slice(even, [0, 0], [rows, count]), slice(even, [0, count]));
  }
  return reshape(
    factors,
    x.shape.flatMap((extent, axis) => (resolved.includes(axis) ? (keepDims ? [1] : []) : [extent])),
  );
}

/** Whether any element over `axes` is true. */
export function any(x: Tensor, axes?: Axes, keepDims = false): Tensor {
  checkTensors('any', x);
  // Nothing has no largest element, but the sum 0.
  return cast((x.size === 0 ? sum : max)(cast(x, 'int32'), axes, keepDims), 'bool');
}

/** Whether all elements over `axes` are true. */
export function all(x: Tensor, axes?: Axes, keepDims = false): Tensor {
  checkTensors('all', x);
  return logicalNot(any(logicalNot(x), axes, keepDims));
}

function countOver(x: Tensor, axes: Axes | undefined, what: string): number {
  const count = sizeOf(pickAxes(x.shape, normalizeAxes(axes, x.rank, what)));
  if (count === 0)
    throw new AdjointError('SHAPE_MISMATCH', `${what}: the axes taken of ${formatShape(x.shape)} are empty.`);
  return count;
}
