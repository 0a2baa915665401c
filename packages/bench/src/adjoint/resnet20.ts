import { convolve, matmul, padWith, slice, type Tensor } from '@adjoint/core';
import { residualLayers, type ResidualLayer } from '../residual-layers.js';
import type { Parameters } from './networks.js';

const layers = residualLayers();

/** x [batch, 3, 32, 32] → logits. */
export function resnet20(x: Tensor, parameters: Parameters): Tensor {
  const [first, ...rest] = layers as [ResidualLayer, ...ResidualLayer[]];
  let y = normalized(x, parameters, first).relu();
  for (let i = 0; i < rest.length; i += 2) {
    const [a, b] = [rest[i]!, rest[i + 1]!];
    const residual = normalized(normalized(y, parameters, a).relu(), parameters, b);
    y = residual.add(shortcut(y, a)).relu();
  }
  const features = y.mean([2, 3]);
  return matmul(features, parameters['weightDense']!, { transposeB: true }).add(parameters['biasDense']!);
}

/** A convolution and its batch normalization with the statistics of the batch. */
function normalized(x: Tensor, parameters: Parameters, { name, stride }: ResidualLayer): Tensor {
  const y = convolve(x, parameters[`weight${name}`]!, { stride, padding: 1 });
  const perChannel = (what: string): Tensor => parameters[`${what}${name}`]!.reshape([-1, 1, 1]);
  const centred = y.sub(y.mean([0, 2, 3], true));
  const variance = centred.mul(centred).mean([0, 2, 3], true);
  return centred.div(variance.add(1e-5).sqrt()).mul(perChannel('scale')).add(perChannel('shift'));
}

/** Every second pixel, and channels of zeros on both sides (option A). */
function shortcut(x: Tensor, { stride, inputs, outputs }: ResidualLayer): Tensor {
  if (stride === 1) return x;
  const side = (outputs - inputs) / 2;
  const none = [0, 0] as const;
  return padWith(slice(x, [0, 0, 0, 0], undefined, [1, 1, stride, stride]), [none, [side, side], none, none]);
}
