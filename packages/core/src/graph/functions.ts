/** The functions of tensors that users call; a test asks that those of all primitives are here. */
export { abs } from './primitives/abs.js';
export { add } from './primitives/add.js';
export { logicalAnd } from './primitives/logical-and.js';
export { argMax, argMin } from './primitives/arg-max.js';
export { atan2 } from './primitives/atan2.js';
export { broadcastTo } from './primitives/broadcast-to.js';
export { cast } from './primitives/cast.js';
export { ceil } from './primitives/ceil.js';
export { concatenate } from './primitives/concatenate.js';
export { cos } from './primitives/cos.js';
export { cumulativeSum } from './primitives/cumulative-sum.js';
export { div } from './primitives/div.js';
export type { Operand } from './operand.js';
export { equal } from './primitives/equal.js';
export { erf } from './primitives/erf.js';
export { exp } from './primitives/exp.js';
export { expm1 } from './primitives/expm1.js';
export { flip } from './primitives/flip.js';
export { floor } from './primitives/floor.js';
export { gather } from './primitives/gather.js';
export { greaterEqual } from './primitives/greater-equal.js';
export { greater } from './primitives/greater.js';
export { iota } from './primitives/iota.js';
export { lessEqual } from './primitives/less-equal.js';
export { less } from './primitives/less.js';
export { literal } from './primitives/literal.js';
export { log } from './primitives/log.js';
export { log1p } from './primitives/log1p.js';
export { max, min } from './primitives/max.js';
export { maximum } from './primitives/maximum.js';
export { minimum } from './primitives/minimum.js';
export { mul } from './primitives/mul.js';
export { neg } from './primitives/neg.js';
export { notEqual } from './primitives/not-equal.js';
export { logicalNot } from './primitives/logical-not.js';
export { logicalOr } from './primitives/logical-or.js';
export { pad, type Padding } from './primitives/pad.js';
export { pow } from './primitives/pow.js';
export { randomBits } from './primitives/random-bits.js';
export { reshape } from './primitives/reshape.js';
export { round } from './primitives/round.js';
export { scatterAdd } from './primitives/scatter-add.js';
export { sign } from './primitives/sign.js';
export { sin } from './primitives/sin.js';
export { slice } from './primitives/slice.js';
export { sqrt } from './primitives/sqrt.js';
export { sub } from './primitives/sub.js';
export { sum } from './primitives/sum.js';
export { tanh } from './primitives/tanh.js';
export { swapAxes, transpose } from './primitives/transpose.js';
export { where } from './primitives/where.js';
export type { Window } from './primitives/window-arg-max.js';
export { stopGradient, withVjp, type VectorJacobianProduct } from './primitives/with-vjp.js';
export { logicalXor } from './primitives/logical-xor.js';
export { logSoftmax, logSumExp, relu, sigmoid, softmax, softplus } from './operations/activation.js';
export { adaptivePool } from './operations/adaptive-pool.js';
export { convolve, type ConvolveOptions } from './operations/convolve.js';
export { convolveTransposed, type ConvolveTransposedOptions } from './operations/convolve-transposed.js';
export {
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atanh,
  clamp,
  cosh,
  log2,
  reciprocal,
  rsqrt,
  sinh,
  square,
  tan,
} from './operations/elementary.js';
export { matmul } from './operations/matmul.js';
export { pixelShuffle, pixelUnshuffle } from './operations/pixel-shuffle.js';
export { averagePool, lpPool, maxPool, sumPool, unpool } from './operations/pool.js';
export { bernoulli, normal, uniform } from './operations/random.js';
export { resize, type ResizeOptions } from './operations/resize.js';
export { scan, type Scanned, type ScanOptions, type ScanStep } from './operations/scan.js';
export {
  expandDims,
  lowerTriangle,
  oneHot,
  padWith,
  squeeze,
  stack,
  take,
  takeAlongAxis,
  tile,
  upperTriangle,
  zerosLike,
  type PaddingMode,
} from './operations/shape.js';
export { all, any, mean, norm, prod, scaledNorm, standardDeviation, variance } from './operations/statistics.js';
export { fold, unfold, type UnfoldOptions } from './operations/unfold.js';
export { perDimension, type PerDimension, type SpatialPadding, type WindowOptions } from './operations/window.js';
