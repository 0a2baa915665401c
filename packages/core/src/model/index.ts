export {
  savable,
  type Composer,
  type Composition,
  type InputSpecification,
  type LayerSpecification,
  type Link,
} from './composition.js';
export type * from './build-context.js';
export * from './initializer.js';
export * from './layer.js';
export { Model, type BuiltLayer } from './model.js';
export * from './parameter.js';
export type { Examples, PredictOptions } from './predict.js';
export { initializers } from './initializers.js';
