import { mean, norm, sum, variance, where, type Tensor } from '@adjoint/core';
import { pad, slice } from '@adjoint/core';
import type { Call } from './call.js';
import type { Operators } from './operator.js';

/** A vector of one number for each channel, along axis 1 of x. */
function perChannel(vector: Tensor, x: Tensor): Tensor {
  return vector.reshape([1, vector.size, ...x.shape.slice(2).map(() => 1)]);
}

/** (x − mean)/√(variance + ε) over axes, which are kept. */
function standardize(x: Tensor, axes: readonly number[], epsilon: number): Tensor {
  const centred = x.sub(mean(x, axes, true));
  return centred.div(mean(centred.square(), axes, true).add(epsilon).sqrt());
}

function axesFrom(x: Tensor, first: number): number[] {
  return x.shape.flatMap((_, axis) => (axis < first ? [] : [axis]));
}

/**
 * With the running statistics; with those of the batch where the attribute says so, or where the model is being trained and
 * the statistics are its own. Those go on as ONNX has it: r ← r·momentum + batch·(1 − momentum).
 */
function batchNormalization(call: Call): readonly Tensor[] {
  const { x } = call;
  const [scale, bias, runningMean, runningVariance] = [1, 2, 3, 4].map((i) => call.input(i)) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const [meanName = '', varianceName = ''] = call.node.inputs.slice(3);
  const learns = call.pass.training && call.pass.isState(meanName) && call.pass.isState(varianceName);
  const epsilon = call.number('epsilon', 1e-5);
  const apply = (centre: Tensor, square: Tensor): Tensor => {
    const factor = scale.div(square.add(epsilon).sqrt());
    return x.sub(perChannel(centre, x)).mul(perChannel(factor, x)).add(perChannel(bias, x));
  };
  if (!learns && !call.flag('training_mode')) return [apply(runningMean, runningVariance)];
  const axes = x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
  const [centre, square] = [mean(x, axes), variance(x, axes)];
  const momentum = call.number('momentum', 0.9);
  const next = (running: Tensor, batch: Tensor): Tensor => running.mul(momentum).add(batch.mul(1 - momentum));
  const [nextMean, nextVariance] = [next(runningMean, centre), next(runningVariance, square)];
  if (learns) {
    call.pass.update(meanName, nextMean);
    call.pass.update(varianceName, nextVariance);
  }
  return [apply(centre, square), nextMean, nextVariance];
}

function instanceNormalization(call: Call): Tensor {
  const y = standardize(call.x, axesFrom(call.x, 2), call.number('epsilon', 1e-5));
  return y.mul(perChannel(call.input(1), y)).add(perChannel(call.input(2), y));
}

/** The result, the means, and one over the deviations. */
function layerNormalization(call: Call): readonly Tensor[] {
  const { x } = call;
  const axes = axesFrom(x, call.axis(call.number('axis', -1)));
  const centre = mean(x, axes, true);
  const centred = x.sub(centre);
  const inverse = mean(centred.square(), axes, true).add(call.number('epsilon', 1e-5)).sqrt().reciprocal();
  const scaled = centred.mul(inverse).mul(call.input(1));
  const bias = call.optional(2);
  return [bias ? scaled.add(bias) : scaled, centre, inverse];
}

/** Scale and bias are those of groups before version 21, of channels since. */
function groupNormalization(call: Call): Tensor {
  const { x } = call;
  const [batch = 1, channels = 1, ...space] = x.shape;
  const groups = call.number('num_groups', 1);
  const parts = x.reshape([batch, groups, channels / groups, ...space]);
  const y = standardize(parts, axesFrom(parts, 2), call.number('epsilon', 1e-5));
  const [scale, bias] = [call.input(1), call.input(2)];
  if (call.opset < 21) return y.mul(perChannel(scale, y)).add(perChannel(bias, y)).reshape(x.shape);
  return y.reshape(x.shape).mul(perChannel(scale, x)).add(perChannel(bias, x));
}

/** x/(bias + α/size·Σ x²)^β over `size` neighbouring channels. */
function localResponse(call: Call): Tensor {
  const { x } = call;
  const size = call.number('size', 1);
  const before = Math.floor((size - 1) / 2);
  const around = x.shape.map((_, axis) => (axis === 1 ? ([before, size - 1 - before] as const) : ([0, 0] as const)));
  const squares = pad(x.square(), around);
  const channels = x.shape[1] ?? 0;
  const part = (k: number): Tensor => slice(squares, [0, k], [x.shape[0] ?? 0, k + channels]);
  const sums = Array.from({ length: size }, (_, k) => part(k)).reduce((total, each) => total.add(each));
  const factor = sums.mul(call.number('alpha', 1e-4) / size).add(call.number('bias', 1));
  return x.div(factor.pow(call.number('beta', 0.75)));
}

/** Zeros stay zeros. */
function lpNormalization(call: Call): Tensor {
  const length = norm(call.x, call.number('p', 2), call.axis(call.number('axis', -1)), true);
  return call.x.div(where(length.equal(0), 1, length));
}

/** Its own ε, 1e-9, is that of the function by which ONNX defines it. */
function meanVariance(call: Call): Tensor {
  const axes = call.numbers('axes') ?? [0, 2, 3];
  const centred = call.x.sub(mean(call.x, axes, true));
  return centred.div(mean(centred.square(), axes, true).sqrt().add(1e-9));
}

/** x/√(mean x² + ε)·scale. */
function rmsNormalization(call: Call): Tensor {
  const { x } = call;
  const axes = axesFrom(x, call.axis(call.number('axis', -1)));
  const square = sum(x.square(), axes, true).mul(1 / axes.reduce((product, axis) => product * (x.shape[axis] ?? 1), 1));
  return x.div(square.add(call.number('epsilon', 1e-5)).sqrt()).mul(call.input(1));
}

const affine = { 1: 'scale', 2: 'bias' } as const;

export const normalization: Operators = {
  BatchNormalization: { apply: batchNormalization, roles: { ...affine, 3: 'mean', 4: 'variance' } },
  GroupNormalization: { apply: groupNormalization, roles: affine },
  InstanceNormalization: { apply: instanceNormalization, roles: affine },
  LayerNormalization: { apply: layerNormalization, roles: affine },
  LpNormalization: { apply: lpNormalization },
  LRN: { apply: localResponse },
  MeanVarianceNormalization: { apply: meanVariance },
  RMSNormalization: { apply: rmsNormalization, roles: affine },
};
