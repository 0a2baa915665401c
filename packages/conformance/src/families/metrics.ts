import { App, hostTensor, isHostTensor, oneHot, type Choice, type Tensor } from '@adjoint/core';
import { constant } from '@adjoint/core/primitives';
import { metricFigures } from '@adjoint/core/testing';
import { metrics as plugin } from '@adjoint/metrics';
import * as v from 'valibot';
import { choiceOf } from '../choice-of.js';
import { operation, operations, type Family } from '../family.js';
import type { FloatType } from '../compare.js';

const { registry } = new App({ plugins: [plugin] });

/** A metric of one batch; it is finished on the host, so its figure comes back as a constant. */
async function figure(
  choice: Choice<'metric'>,
  output: Tensor,
  target: Tensor,
  dtype: FloatType,
): Promise<{ readonly value: Tensor }> {
  const found = await metricFigures(registry.create('metric', choice), [{ output, target }]);
  if (typeof found !== 'number' && !isHostTensor(found)) throw new Error('expected one figure');
  return { value: constant(hostTensor(found, undefined, dtype)) };
}

/** A metric of predicted classes, as scores of which that of the prediction is the largest. */
const ofClasses = (name: string, attributes: v.ObjectEntries = {}): Family =>
  operation({
    attributes: { classes: v.optional(v.number()), ...attributes },
    inputs: ['prediction', 'target'],
    build({ prediction, target }, { classes, ...options }, dtype) {
      const largest = [prediction, target].flatMap(({ value }) => [...value!.data]).reduce((a, b) => Math.max(a, b), 1);
      const scores = oneHot(prediction, classes ?? largest + 1, dtype);
      return figure(choiceOf(name, options), scores, target, dtype);
    },
  });

const average = v.picklist(['macro', 'micro', 'weighted', 'binary']);

const ofNumbers = (name: string): Family =>
  operation({
    inputs: ['prediction', 'target'],
    build: ({ prediction, target }, _, dtype) => figure(choiceOf(name, {}), prediction, target, dtype),
  });

const ofProbabilities = (name: string, attributes: v.ObjectEntries = {}, more: object = {}): Family =>
  operation({
    attributes,
    inputs: ['probabilities', 'target'],
    build: ({ probabilities, target }, options, dtype) =>
      figure(choiceOf(name, { ...options, ...more }), probabilities, target, dtype),
  });

const scale = { scale: 'probabilities' };

/** Every metric by its name in the cases. */
export const metrics = operations({
  accuracy: ofClasses('accuracy'),
  confusionMatrix: ofClasses('confusionMatrix'),
  precision: ofClasses('precision', { average }),
  recall: ofClasses('recall', { average }),
  f1: ofClasses('f1', { average }),
  areaUnderCurve: operation({
    inputs: ['scores', 'target'],
    build: ({ scores, target }, _, dtype) => figure('rocAuc', scores.reshape([-1, 1]), target, dtype),
  }),
  rSquared: ofNumbers('rSquared'),
  rootMeanSquaredError: ofNumbers('rootMeanSquaredError'),
  meanAbsoluteError: ofNumbers('meanAbsoluteError'),
  logLoss: ofProbabilities('logLoss', {}, scale),
  topK: ofProbabilities('topK', { k: v.number() }),
  calibrationError: ofProbabilities('calibrationError', { bins: v.number() }, scale),
});
