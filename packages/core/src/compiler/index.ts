/** What a backend or a primitive of a plugin needs of the compiler. */
export * from './loop-program.js';
export * from './index-expression.js';
export { childrenOf, distinctExpressions, expressionsOf, indicesOf, loadsOf } from './rewrite-expression.js';
export { constantExpression } from './expression.js';
export { contractionOf, type Contraction, type Factor } from './contraction.js';
export { programKey } from './program-key.js';
export { stepOf, vectorAxisOf, type VectorAxis } from './vector-axis.js';
export * from './winograd/index.js';
export { storageBytes, type Kernel, type Program, type Storage } from './program.js';
export type { Lowering, LoweringContext, Nest, ScatterNest } from './lowering.js';
export { compileGraph, type CompiledGraph, type Graph } from './compile.js';
