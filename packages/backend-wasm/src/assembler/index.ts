export { add, div, larger, mul, rem, smaller, sub } from './arithmetic.js';
export {
  atomic,
  call,
  f32,
  f32x4,
  f64,
  f64x2,
  i32,
  i32x4,
  i64,
  lane,
  load,
  op,
  opByName,
  select,
  shuffle,
  store,
  vector,
  type Callable,
  type Code,
  type Local,
  type ParameterTypes,
} from './code.js';
export { fourLanes, type Four } from './four-lanes.js';
export { FunctionBuilder, type Label, type NamedParameters } from './function-builder.js';
export { ModuleBuilder, type MemoryLimits } from './module-builder.js';
export {
  LOADS,
  OPERATIONS,
  STORES,
  type LoadName,
  type OperationName,
  type ResultType,
  type StoreName,
  type ValueType,
} from './operations.js';
