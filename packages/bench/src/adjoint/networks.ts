import { convolve, matmul, maxPool, type Tensor } from '@adjoint/core';

export type Parameters = Readonly<Record<string, Tensor>>;

/** Windows that follow each other in all spatial dimensions of x. */
function pool(x: Tensor, size: number): Tensor {
  const each = <T>(value: T): T[] => x.shape.slice(2).map(() => value);
  return maxPool(x, { size: each(size), stride: each(size), dilation: each(1), padding: each([0, 0]) });
}

/** x [batch, 1, h, w] → logits [batch, classes]. */
export function cnn(x: Tensor, parameters: Parameters): Tensor {
  const features = convolution(convolution(x, parameters, 1).relu(), parameters, 2).relu();
  const flat = pool(features, 2).reshape([x.shape[0]!, -1]);
  return dense(dense(flat, parameters, 3).relu(), parameters, 4);
}

/** x [batch, features] → logits [batch, classes]. */
export function mlp(x: Tensor, parameters: Parameters): Tensor {
  const layers = Object.keys(parameters).length / 2;
  let y = dense(x, parameters, 1);
  for (let layer = 2; layer <= layers; layer++) y = dense(y.relu(), parameters, layer);
  return y;
}

/** x [batch, 1, length] → logits. */
export function conv1d(x: Tensor, parameters: Parameters): Tensor {
  return pooled(x, parameters, 4);
}

/** x [batch, 1, depth, height, width] → logits. */
export function conv3d(x: Tensor, parameters: Parameters): Tensor {
  return pooled(x, parameters, 2);
}

function pooled(x: Tensor, parameters: Parameters, size: number): Tensor {
  const features = pool(convolution(x, parameters, 1).relu(), size);
  const y = convolution(features, parameters, 2).relu();
  return dense(y.mean(y.shape.slice(2).map((_, d) => d + 2)), parameters, 3);
}

function convolution(x: Tensor, parameters: Parameters, layer: number): Tensor {
  const bias = parameters[`bias${layer}`]!;
  return convolve(x, parameters[`weight${layer}`]!).add(bias.reshape([bias.size, ...x.shape.slice(2).map(() => 1)]));
}

function dense(x: Tensor, parameters: Parameters, layer: number): Tensor {
  return matmul(x, parameters[`weight${layer}`]!, { transposeB: true }).add(parameters[`bias${layer}`]!);
}
