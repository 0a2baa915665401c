import * as core from '@adjoint/core';
import * as v from 'valibot';
import { operation, operations } from '../family.js';

export const matmul = operations({
  matmul: operation({
    attributes: { transposeA: v.optional(v.boolean(), false), transposeB: v.optional(v.boolean(), false) },
    inputs: ['a', 'b'],
    build: ({ a, b }, options) => core.matmul(a, b, options),
  }),
});
