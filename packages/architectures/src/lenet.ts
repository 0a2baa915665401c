import { compose, type Composition } from '@adjoint/core';
import { follow, type ImageShape } from './blocks.js';

/**
 * LeNet-5 in the form of today: all maps of the second convolution see all of the first, means have no weights, and a dense
 * layer gives logits. 61,706 parameters for one channel. LeCun et al. 1998, "Gradient-based learning applied to document
 * recognition", section II.B.
 */
export function lenet5(options: { readonly classes?: number; readonly input?: ImageShape } = {}): Composition {
  const { classes = 10, input: shape = [1, 32, 32] } = options;
  return compose(({ input, layer }) =>
    follow(
      layer,
      input(shape),
      { conv2d: { filters: 6, kernel: 5 }, name: 'c1' },
      'tanh',
      { averagePool2d: { size: 2 }, name: 's2' },
      { conv2d: { filters: 16, kernel: 5 }, name: 'c3' },
      'tanh',
      { averagePool2d: { size: 2 }, name: 's4' },
      'flatten',
      { dense: { units: 120 }, name: 'c5' },
      'tanh',
      { dense: { units: 84 }, name: 'f6' },
      'tanh',
      { dense: { units: classes }, name: 'classes' },
    ),
  );
}
