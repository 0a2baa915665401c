import { defineLayer, logSoftmax as logSoftmaxOf, softmax as softmaxOf, type Tensor } from '@adjoint/core';
import { documented, integer, object, optional } from '@adjoint/core/options';
import { pointwise } from './pointwise.js';

/** A normalisation over one axis. */
function overAxis(formula: string, map: (x: Tensor, axis: number) => Tensor) {
  return defineLayer({
    options: object({
      axis: documented(
        optional(integer, -1),
        'Axis of the batch of examples, 0 being the batch and 1 the channels; −1 is the last.',
      ),
    }),
    formula,
    examples: [{ inputs: [[4]] }, { options: { axis: 1 }, inputs: [[3, 2]] }],
    create: ({ axis }) => pointwise((x) => map(x, axis)),
  });
}

export const softmax = overAxis('yᵢ = e^(xᵢ)/Σⱼ e^(xⱼ)', softmaxOf);
export const logSoftmax = overAxis('yᵢ = xᵢ − ln Σⱼ e^(xⱼ)', logSoftmaxOf);
export const softmin = overAxis('yᵢ = e^(−xᵢ)/Σⱼ e^(−xⱼ)', (x, axis) => softmaxOf(x.neg(), axis));
