/** The loop language: what primitives lower to and backends compile. */
export * from './loop-program.js';
export * from './index-expression.js';
export { childrenOf, distinctExpressions, expressionsOf, extentsOf, indicesOf, loadsOf } from './rewrite-expression.js';
export { expandCalls } from './expand-calls.js';
export { constantExpression } from './expression.js';
export * as scalar from './scalar.js';
export { operationsOf } from './operations.js';
export { printLoops } from './print-loops.js';
