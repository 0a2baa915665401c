import type { DType } from '../tensor/dtype.js';
import type { Expression } from './loop-program.js';

export function constantExpression(value: number, dtype: DType): Expression {
  return { kind: 'constant', dtype, value };
}
