import { AdjointError, add, convolve, gradients, reshape, type Tensor } from '@adjoint/core';
import * as v from 'valibot';
import { operation, type Family } from '../family.js';

const attributes = {
  stride: v.exactOptional(v.array(v.number())),
  padding: v.exactOptional(v.union([v.picklist(['valid', 'same']), v.array(v.tuple([v.number(), v.number()]))])),
  dilation: v.exactOptional(v.array(v.number())),
  groups: v.exactOptional(v.number()),
  inputDilation: v.exactOptional(v.array(v.number())),
  paddingMode: v.exactOptional(v.picklist(['zeros', 'reflect', 'replicate', 'circular'])),
  flipKernel: v.exactOptional(v.boolean()),
};

/** Convolution over `dims` spatial dimensions, with an optional bias per filter. */
export const convolution = (dims: number): Family =>
  operation({
    attributes,
    inputs: ['x', 'w'],
    optional: ['b'],
    build({ x, w, b }, options) {
      checkDimensions(x, dims);
      const y = convolve(x, w, options);
      return b ? add(y, reshape(b, [w.shape[0]!, ...new Array<number>(dims).fill(1)])) : y;
    },
  });

/** The gradients of ⟨conv(x, w), gy⟩, themselves to be differentiated. */
export const convolutionDoubleBackward = operation({
  attributes: { ...attributes, dims: v.number() },
  inputs: ['x', 'w', 'gy'],
  build({ x, w, gy }, { dims, ...options }) {
    checkDimensions(x, dims);
    const [gx, gw] = gradients(convolve(x, w, options), [x, w], gy);
    return { gx: gx!, gw: gw! };
  },
});

export function checkDimensions(x: Tensor, dims: number): void {
  if (x.rank !== dims + 2)
    throw new AdjointError('SHAPE_MISMATCH', `x has rank ${x.rank}; [batch, channels, …${dims} spatial] is expected.`);
}
