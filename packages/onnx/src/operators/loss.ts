import { cast, logicalAnd, logSoftmax, oneHot, sum, take, transpose, type Tensor } from '@adjoint/core';
import type { Call } from './call.js';
import type { Operators } from './operator.js';

/** −w[t]·x[t] of log-probabilities x [N, C, …] and classes t [N, …], reduced; weights of an ignored class are 0. */
function negativeLogLikelihood(call: Call, x: Tensor): Tensor {
  const targets = call.input(1);
  const classes = x.shape[1] ?? 0;
  const last = [0, ...x.shape.slice(2).map((_, d) => d + 2), 1];
  const picked = sum(transpose(x, last).mul(oneHot(targets, classes, x.dtype)), -1).neg();
  const ignored = call.has('ignore_index') ? call.number('ignore_index', 0) : undefined;
  const isInside = logicalAnd(targets.greaterEqual(0), targets.less(classes));
  const safe = cast(isInside, 'int32').mul(targets);
  const given = call.optional(2);
  const counts = ignored === undefined ? isInside : targets.notEqual(ignored);
  const weights = cast(counts, x.dtype).mul(given ? take(given, safe) : 1);
  const losses = picked.mul(weights);
  const reduction = call.text('reduction', 'mean');
  if (reduction === 'none') return losses;
  return reduction === 'sum' ? losses.sum() : losses.sum().div(weights.sum());
}

/** The loss, and the log-probabilities. */
function softmaxCrossEntropy(call: Call): readonly Tensor[] {
  const logProbabilities = logSoftmax(call.x, 1);
  return [negativeLogLikelihood(call, logProbabilities), logProbabilities];
}

export const losses: Operators = {
  NegativeLogLikelihoodLoss: { apply: (call) => negativeLogLikelihood(call, call.x) },
  SoftmaxCrossEntropyLoss: { apply: softmaxCrossEntropy },
};
