import { convolve, matmul, maxPool, type Tensor } from '@adjoint/core';

export type Parameters = Readonly<Record<string, Tensor>>;

const window = {
  size: [2, 2],
  stride: [2, 2],
  dilation: [1, 1],
  padding: [
    [0, 0],
    [0, 0],
  ],
} as const;

/** x [batch, 1, h, w] → logits [batch, classes]. */
export function cnn(x: Tensor, parameters: Parameters): Tensor {
  const features = convolution(convolution(x, parameters, 1).relu(), parameters, 2).relu();
  const flat = maxPool(features, window).reshape([x.shape[0]!, -1]);
  return dense(dense(flat, parameters, 3).relu(), parameters, 4);
}

/** x [batch, features] → logits [batch, classes]. */
export function mlp(x: Tensor, parameters: Parameters): Tensor {
  const layers = Object.keys(parameters).length / 2;
  let y = dense(x, parameters, 1);
  for (let layer = 2; layer <= layers; layer++) y = dense(y.relu(), parameters, layer);
  return y;
}

function convolution(x: Tensor, parameters: Parameters, layer: number): Tensor {
  const bias = parameters[`bias${layer}`]!;
  return convolve(x, parameters[`weight${layer}`]!).add(bias.reshape([bias.size, 1, 1]));
}

function dense(x: Tensor, parameters: Parameters, layer: number): Tensor {
  return matmul(x, parameters[`weight${layer}`]!, { transposeB: true }).add(parameters[`bias${layer}`]!);
}
