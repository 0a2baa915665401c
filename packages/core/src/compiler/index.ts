/** What a backend or a primitive of a plugin needs of the compiler. */
export * from '../loops/loop-program.js';
export * from '../loops/index-expression.js';
export { childrenOf, distinctExpressions, expressionsOf, indicesOf, loadsOf } from '../loops/rewrite-expression.js';
export { constantExpression } from '../loops/expression.js';
export { contractionOf, type Contraction, type Factor } from '../backend/kit/contraction.js';
export { programKey } from '../backend/kit/program-key.js';
export { stepOf, vectorAxisOf, type VectorAxis } from '../backend/kit/vector-axis.js';
export * from '../backend/kit/winograd/index.js';
export { storageBytes, type Kernel, type Program, type Storage } from './program.js';
export type { Lowering, LoweringContext, Nest, ScatterNest } from '../graph/lowering.js';
export { compileGraph, type CompiledGraph, type Graph } from './compile.js';
