/**
 * What users need, and authors of layers, losses, optimizers and the like. Beside it stand `/options` (schemas of options),
 * `/primitives` (for authors of primitives), `/backend` (for authors of backends) and `/testing` (contract suites).
 *
 * The catalogues that plugins extend by declaration merging must come through `export *` all the way: the compiler does
 * not merge with a name that is listed.
 */
export * from './errors.js';
export {
  allocateArray,
  bytesPerElement,
  isFloat,
  type DType,
  type TypedArray,
  type OwnBytes,
  type TypedArrays,
} from './tensor/dtype.js';
export {
  hostTensor,
  isHostTensor,
  toNested,
  type HostTensor,
  type NestedArray,
  type NestedNumbers,
  type TensorLike,
} from './tensor/host-tensor.js';
export type { NotInferred } from './graph/not-inferred.js';
export { formatValues } from './tensor/format-values.js';
export { installDevtoolsFormatters } from './tensor/devtools-formatters.js';
export { distinct, inspectable } from './tensor/inspectable.js';
export { joinBytes } from './tensor/join-bytes.js';
export * from './tensor/several.js';
export { formatShape, sameShape, sizeOf, type Shape, type VaryingShape } from './tensor/shape.js';
export { cosineOfTurns, logarithm, power, wholePower } from './math/portable-math.js';
export { RandomSource, type RandomState } from './random/random-source.js';
export { Tensor, type TensorType } from './graph/tensor.js';
export * from './graph/functions.js';
export { ofScale, scaleOf, type Scale } from './graph/scale.js';
export type { FluentMethods } from './graph/fluent.js';
export { printGraph, type PrintOptions } from './graph/print.js';
export * from './autograd/index.js';
export * from './engine/index.js';
export * from './inspect/index.js';
export * from './profile/index.js';
export * from './events/index.js';
export * from './registry/index.js';
export * from './data/index.js';
export * from './model/index.js';
export * from './training/index.js';
export * from './app/index.js';
export {
  gradCheck,
  type Differentiable,
  type GradCheckOptions,
  type GradCheckReport,
  type WorstElement,
} from './testing/grad-check.js';
