import * as core from '@adjoint/core';
import type { Tensor } from '@adjoint/core';
import * as v from 'valibot';
import { validate } from '../case-file.js';
import { checkInputs, type Family } from '../family.js';

export const networkSchema = v.strictObject({
  network: v.strictObject({
    filters: v.number(),
    padding: v.number(),
    batchNorm: v.boolean(),
    activation: v.picklist(['relu', 'tanh', 'sigmoid']),
    pool: v.picklist(['average', 'max']),
  }),
});
export type Network = v.InferOutput<typeof networkSchema>['network'];

const activations = { relu: core.relu, tanh: core.tanh, sigmoid: core.sigmoid };

/** ε of batch normalisation. */
const epsilon = 1e-5;

/** Loss, gradients and Hessian-vector product of a small network; H·v is the gradient of ⟨gradient, v⟩. */
export const hessianVector: Family = ({ attributes, inputs }) => {
  const { network } = validate(networkSchema, attributes);
  const names = [
    'conv/weight',
    ...(network.batchNorm ? ['norm/gamma', 'norm/beta'] : ['conv/bias']),
    'dense/weight',
    'dense/bias',
  ];
  checkInputs(inputs, ['x', 'labels', ...names, ...names.map((name) => `v:${name}`)]);
  const parameters = names.map((name) => inputs[name]!);
  const loss = lossOf(network, inputs);
  const slopes = core.gradients(loss, parameters);
  const alongVector = names
    .map((name, i) => core.sum(core.mul(slopes[i]!, sameShaped(inputs[`v:${name}`]!, parameters[i]!, name))))
    .reduce((total, part) => core.add(total, part));
  const products = core.gradients(alongVector, parameters);
  return {
    loss,
    ...Object.fromEntries(
      names.flatMap((name, i) => [
        [`g:${name}`, slopes[i]!],
        [`h:${name}`, products[i]!],
      ]),
    ),
  };
};

/** conv 3×3 → batch normalisation or bias → activation → 2×2 pooling → flatten → dense → mean cross-entropy. */
function lossOf(
  { filters, padding, batchNorm, activation, pool }: Network,
  inputs: Readonly<Record<string, Tensor>>,
): Tensor {
  const { x, labels } = inputs as { x: Tensor; labels: Tensor };
  const weight = inputs['conv/weight']!;
  if (!core.sameShape(weight.shape, [filters, x.shape[1]!, 3, 3]))
    throw new Error(`conv/weight has shape ${core.formatShape(weight.shape)}; ${filters} filters of 3×3 are expected`);
  const perChannel = (name: string): Tensor => core.reshape(inputs[name]!, [filters, 1, 1]);
  let y = core.convolve(x, weight, { padding });
  if (batchNorm) {
    const axes = [0, 2, 3];
    const centred = core.sub(y, core.mean(y, axes, true));
    const normalised = core.mul(centred, core.rsqrt(core.add(core.variance(y, axes, { keepDims: true }), epsilon)));
    y = core.add(core.mul(normalised, perChannel('norm/gamma')), perChannel('norm/beta'));
  } else y = core.add(y, perChannel('conv/bias'));
  y = activations[activation](y);
  const window = {
    size: [2, 2],
    stride: [2, 2],
    dilation: [1, 1],
    padding: [
      [0, 0],
      [0, 0],
    ],
  } as const;
  y = pool === 'max' ? core.maxPool(y, window) : core.mul(core.sumPool(y, window), 1 / 4);
  const logits = core.add(
    core.matmul(core.reshape(y, [x.shape[0]!, -1]), inputs['dense/weight']!, { transposeB: true }),
    inputs['dense/bias']!,
  );
  const picked = core.mul(core.logSoftmax(logits), core.oneHot(labels, logits.shape[1]!, logits.dtype));
  return core.neg(core.mean(core.sum(picked, 1)));
}

function sameShaped(vector: Tensor, parameter: Tensor, name: string): Tensor {
  if (core.sameShape(vector.shape, parameter.shape)) return vector;
  throw new Error(
    `v:${name} has shape ${core.formatShape(vector.shape)}; ${core.formatShape(parameter.shape)} is expected`,
  );
}
