import { matmul, type Tensor } from '@adjoint/core';
import type { Call } from './call.js';
import { einsum } from './einsum.js';
import type { Operators } from './operator.js';

/** α·op(A)·op(B) + β·C. */
function gemm(call: Call): Tensor {
  const [transposeA, transposeB] = [call.flag('transA'), call.flag('transB')];
  const product = scaled(matmul(call.x, call.input(1), { transposeA, transposeB }), call.number('alpha', 1));
  const bias = call.optional(2);
  return bias ? product.add(scaled(bias, call.number('beta', 1))) : product;
}

function scaled(x: Tensor, factor: number): Tensor {
  return factor === 1 ? x : x.mul(factor);
}

export const matrix: Operators = {
  Einsum: { apply: (call) => einsum(call.text('equation', ''), call.all(), call), roles: { 1: 'kernel' } },
  Gemm: { apply: gemm, roles: { 0: 'kernel', 1: 'kernel', 2: 'bias' } },
  MatMul: { apply: (call) => matmul(call.x, call.input(1)), roles: { 0: 'kernel', 1: 'kernel' } },
};
