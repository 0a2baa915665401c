/** The dataflow graph: tensors, primitives, the operations composed of them, and the loops that primitives lower to. */
export { Tensor, apply, type Evaluator, type TensorType } from './tensor.js';
export type { Lowering, LoweringContext, Nest, ScatterNest } from './lowering.js';
export {
  definePrimitive,
  isNodeOf,
  noGradient,
  onlyNeeded,
  type Inputs,
  type NodeOf,
  type PerInput,
  type Primitive,
  type PrimitiveFamily,
} from './primitive.js';
export type { Operand } from './operand.js';
export * from './primitives/index.js';
export * from './operations/index.js';
export type { ScanAttributes, ScanBody, ScanResult } from './scan/scan-body.js';
export { printGraph, type PrintOptions } from './print.js';
import './fluent.js';
export type { FluentMethods } from './fluent.js';
export * from '../loops/index.js';
export * from '../tensor/index.js';
