import { checkOperands, checkTensors } from '../operand.js';
import { checkDType, isFloat, type DType } from '../../tensor/dtype.js';
import { checkShape, type Shape } from '../../tensor/shape.js';
import { add } from '../primitives/add.js';
import { cast } from '../primitives/cast.js';
import { cos } from '../primitives/cos.js';
import { less } from '../primitives/less.js';
import { log } from '../primitives/log.js';
import { minimum } from '../primitives/minimum.js';
import { mul } from '../primitives/mul.js';
import { randomBits } from '../primitives/random-bits.js';
import { reshape } from '../primitives/reshape.js';
import { slice } from '../primitives/slice.js';
import { sqrt } from '../primitives/sqrt.js';
import { sub } from '../primitives/sub.js';
import { wrongDtype } from '../primitives/wrong-dtype.js';
import type { Tensor } from '../tensor.js';

type FloatType = Extract<DType, 'float32' | 'float64'>;

/** Uniform numbers in [0, 1) of float32 resolution; `key` is int32 [3], see randomBits. */
export function uniform(key: Tensor, shape: Shape, dtype: FloatType = 'float32'): Tensor {
  checkTensors('uniform', key);
  checkShape(shape, 'uniform');
  checkFloat('uniform', dtype);
  // The words are signed and rounding to float32 may reach 1, which the interval leaves out.
  const unit = add(mul(cast(randomBits(key, shape), 'float32'), 2 ** -32), 0.5);
  return cast(minimum(unit, 1 - 2 ** -24), dtype);
}

/** Normal numbers of mean 0 and standard deviation 1 (Box & Muller 1958); `key` is int32 [3]. */
export function normal(key: Tensor, shape: Shape, dtype: FloatType = 'float32'): Tensor {
  checkTensors('normal', key);
  checkShape(shape, 'normal');
  checkFloat('normal', dtype);
  const pair = uniform(key, [2, ...shape], dtype);
  const half = (i: number): Tensor => reshape(slice(pair, [i], [i + 1]), shape);
  const radius = sqrt(mul(log(sub(1, half(0))), -2));
  return mul(radius, cos(mul(half(1), 2 * Math.PI)));
}

/** true with the given probability (0 … 1); `key` is int32 [3]. */
export function bernoulli(key: Tensor, probability: Tensor | number, shape: Shape): Tensor {
  checkTensors('bernoulli', key);
  checkOperands('bernoulli', probability);
  const dtype = typeof probability !== 'number' && probability.dtype === 'float64' ? 'float64' : 'float32';
  return less(uniform(key, shape, dtype), probability);
}

function checkFloat(what: string, dtype: unknown): void {
  checkDType(dtype, what);
  if (!isFloat(dtype)) throw wrongDtype(what, dtype);
}
