import { add, convolveTransposed, reshape } from '@adjoint/core';
import * as v from 'valibot';
import { operation, type Family } from '../family.js';
import { checkDimensions } from './convolution.js';

/** Transposed convolution over `dims` spatial dimensions, with an optional bias per filter. */
export const convolutionTransposed = (dims: number): Family =>
  operation({
    attributes: {
      stride: v.exactOptional(v.array(v.number())),
      padding: v.exactOptional(v.array(v.tuple([v.number(), v.number()]))),
      outputPadding: v.exactOptional(v.array(v.number())),
      dilation: v.exactOptional(v.array(v.number())),
      groups: v.exactOptional(v.number()),
    },
    inputs: ['x', 'w'],
    optional: ['b'],
    build({ x, w, b }, options) {
      checkDimensions(x, dims);
      const y = convolveTransposed(x, w, options);
      return b ? add(y, reshape(b, [b.size, ...new Array<number>(dims).fill(1)])) : y;
    },
  });
