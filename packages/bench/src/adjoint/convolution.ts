import { convolve, gradients } from '@adjoint/core';
import type { Builder } from '../program.js';
import { createEngine } from './backend.js';
import { meanOfSquares, variables, zeros } from './engine.js';

/** Output and both gradients are kept, as in a layer in the middle of a network. */
export const buildConvolution: Builder = (arrays, settings) => {
  const engine = createEngine();
  const { x, w, g } = variables(engine, { x: arrays['x']!, w: arrays['w']!, g: arrays['g']! });
  const output = zeros(engine, g.type.shape);
  const inputGradient = zeros(engine, x.type.shape);
  const kernelGradient = zeros(engine, w.type.shape);
  const layer = engine.trace(() => {
    const y = convolve(x.value, w.value, settings);
    const [dx, dw] = gradients(y.mul(g.value).sum(), [x.value, w.value]);
    void output.assign(y);
    void inputGradient.assign(dx!);
    void kernelGradient.assign(dw!);
    return [];
  }, 'convolution');
  return {
    run: async () => void (await layer.call([])),
    check: () =>
      meanOfSquares(output.value)
        .add(meanOfSquares(inputGradient.value))
        .add(meanOfSquares(kernelGradient.value))
        .item(),
  };
};
