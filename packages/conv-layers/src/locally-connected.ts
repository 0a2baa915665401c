import { broadcastTo, convolve, defineLayer, literal, sizeOf, unfold, type Shape } from '@adjoint/core';
import { boolean, choice, count, documented, object, optional } from '@adjoint/core/options';
import { tapsOf } from './kernel.js';
import { channelsAndSpace, dimensionsText, slidingOptions, type Dimensions } from './spatial.js';

/** A convolution whose kernel is another one at each place. */
function locallyConnectedLayer(name: string, dimensions: Dimensions, example: Shape) {
  return defineLayer({
    options: object({
      filters: documented(count, 'Number of output channels.'),
      ...slidingOptions,
      bias: documented(optional(boolean, true), 'Whether to add a bias per filter and place.'),
      initializer: documented(
        optional(choice('initializer'), 'fanInUniform'),
        'How the kernels start; the biases start likewise.',
      ),
    }),
    formula: 'y[f, o] = b[f, o] + Σ_c Σ_j w[o, f, c, j]·x[c, o·stride + j·dilation − before]',
    source: 'LeCun 1989, "Generalization and network design strategies", section 3',
    description: `As a convolution over ${dimensionsText(dimensions)}, with weights of its own at each place.`,
    examples: [{ options: { filters: 2, kernel: 2 }, inputs: [example] }],
    create({ filters, kernel, bias, initializer, ...sliding }, context) {
      const initialize = context.create('initializer', initializer);
      return {
        build([input], scope) {
          const [channels, space] = channelsAndSpace(name, input.shape, dimensions);
          const { taps, area } = tapsOf(name, kernel, space.length);
          const zeros = (shape: Shape) => broadcastTo(literal(0), [1, 1, ...shape]);
          const outputs = convolve(zeros(space), zeros(taps), sliding).shape.slice(2);
          const fans = { fanIn: channels * area, fanOut: filters * area };
          const weight = scope.parameter('weight', [...outputs, filters, channels, ...taps], {
            initialize,
            role: 'kernel',
            ...fans,
          });
          const offset = bias
            ? scope.parameter('bias', [filters, ...outputs], { initialize, role: 'bias', ...fans })
            : undefined;
          return ([x], { value }) => {
            const columns = unfold(x, { size: taps, ...sliding }).transpose([2, 1, 0]);
            const kernels = value(weight).reshape([sizeOf(outputs), filters, channels * area]);
            const y = kernels.matmul(columns).transpose([2, 1, 0]);
            const shaped = y.reshape([x.shape[0] ?? 0, filters, ...outputs]);
            return offset ? shaped.add(value(offset)) : shaped;
          };
        },
      };
    },
  });
}

export const locallyConnected = locallyConnectedLayer('locallyConnected', undefined, [2, 4]);
export const locallyConnected1d = locallyConnectedLayer('locallyConnected1d', 1, [2, 4]);
export const locallyConnected2d = locallyConnectedLayer('locallyConnected2d', 2, [1, 3, 3]);
export const locallyConnected3d = locallyConnectedLayer('locallyConnected3d', 3, [1, 2, 2, 3]);
