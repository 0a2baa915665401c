import { contractionOf, type Contraction } from '@adjoint/core/backend';
import type { Index, LoopProgram } from '@adjoint/core/primitives';

/** The loop program of c[b, i, j] = Σₖ a[b, i, k]·b[b, k, j], and the contraction that it is. */
export function product({
  batches = 1,
  rows,
  columns,
  length,
}: Record<'rows' | 'columns' | 'length', number> & { batches?: number }): {
  readonly program: LoopProgram;
  readonly contraction: Contraction;
} {
  const load = (buffer: number, coefficients: readonly number[]) =>
    ({ kind: 'load', dtype: 'float32', buffer, index: indexOf(coefficients) }) as const;
  // Of an empty reduction, too, each operand depends on its own axes.
  const stride = Math.max(1, length);
  const program: LoopProgram = {
    extents: [batches, rows, columns],
    parallel: 3,
    reduction: {
      operation: 'sum',
      extents: [length],
      value: {
        kind: 'binary',
        dtype: 'float32',
        operation: 'mul',
        x: load(0, [rows * stride, stride, 0, 1]),
        y: load(1, [stride * columns, 0, 1, columns]),
      },
    },
    stores: [
      {
        buffer: 2,
        index: indexOf([rows * columns, columns, 1]),
        value: { kind: 'result', dtype: 'float32' },
      },
    ],
    buffers: ['float32', 'float32', 'float32'],
  };
  return { program, contraction: contractionOf(program)! };
}

function indexOf(coefficients: readonly number[]): Index {
  return { offset: 0, coefficients, divisor: 1 };
}
