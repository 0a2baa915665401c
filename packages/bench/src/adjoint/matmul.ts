import { matmul } from '@adjoint/core';
import type { Builder } from '../program.js';
import { createEngine } from './backend.js';
import { meanOfSquares, variables, zeros } from './engine.js';

export const buildMatmul: Builder = (arrays) => {
  const engine = createEngine();
  const { a, b } = variables(engine, { a: arrays['a']!, b: arrays['b']! });
  const product = zeros(engine, [a.type.shape[0]!, b.type.shape[1]!]);
  const multiply = engine.trace(() => {
    void product.assign(matmul(a.value, b.value));
    return [];
  }, 'matmul');
  return {
    run: async () => void (await multiply.call([])),
    check: () => meanOfSquares(product.value).item(),
  };
};
