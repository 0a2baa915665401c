import { App, hostTensor, severalOf, type Choice, type Tensor } from '@adjoint/core';
import { constant } from '@adjoint/core/primitives';
import { reducedLoss } from '@adjoint/core/testing';
import { losses as plugin } from '@adjoint/losses';
import * as v from 'valibot';
import { choiceOf } from '../choice-of.js';
import { operation, operations, type Family } from '../family.js';

const { registry } = new App({ plugins: [plugin] });

/** The loss of some outputs and targets, reduced as a case asks. */
function reduced(
  choice: Choice<'loss'>,
  outputs: readonly Tensor[],
  targets: readonly Tensor[],
  reduction: Reduction,
): { readonly loss: Tensor } {
  const { losses, weights, sum, mean } = reducedLoss(registry.create('loss', choice), {
    output: severalOf(outputs),
    target: targets,
  });
  if (reduction === 'sum') return { loss: sum };
  if (reduction === 'none') return { loss: weights ? losses.mul(weights) : losses };
  return { loss: mean };
}

type Reduction = 'mean' | 'sum' | 'none';
const reduction = v.picklist(['mean', 'sum', 'none']);

/** A loss of one output by its name in the cases, with options that are called alike. */
const ofTarget = <E extends v.ObjectEntries>(
  name: string,
  output: string,
  attributes: E,
  choice: (options: v.InferOutput<v.StrictObjectSchema<E, undefined>>) => Choice<'loss'> = (options) =>
    choiceOf(name, options),
): Family =>
  operation({
    attributes: { ...attributes, reduction },
    inputs: [output, 'target'],
    build: ({ [output]: y, target }, { reduction: how, ...options }) =>
      reduced(choice(options as never), [y!], [target!], how as Reduction),
  });

/** What a case gives as a tensor and the loss takes as an option: the weights of classes. */
const weighted = (name: 'crossEntropy' | 'negativeLogLikelihood', output: string): Family =>
  operation({
    attributes: { labelSmoothing: v.optional(v.number()), ignoreIndex: v.optional(v.number()), reduction },
    inputs: [output, 'target'],
    optional: ['weights'],
    build({ [output]: y, target, weights }, { reduction: how, labelSmoothing, ...options }) {
      const own = {
        ...options,
        ...(labelSmoothing !== undefined && { smoothing: labelSmoothing }),
        ...(weights && { weights: [...weights.value!.data] }),
      };
      return reduced(choiceOf(name, own), [y!], [target!], how as Reduction);
    },
  });

const lengths = v.array(v.number());

/** Every loss by its name in the cases. */
export const losses = operations({
  crossEntropy: weighted('crossEntropy', 'logits'),
  negativeLogLikelihood: weighted('negativeLogLikelihood', 'logProbabilities'),
  binaryCrossEntropy: ofTarget('binaryCrossEntropy', 'probabilities', {}, () => ({
    binaryCrossEntropy: { scale: 'probabilities' },
  })),
  binaryCrossEntropyWithLogits: ofTarget('binaryCrossEntropy', 'logits', { positiveWeight: v.optional(v.number(), 1) }),
  focal: ofTarget('focal', 'logits', { alpha: v.number(), gamma: v.number() }),
  meanSquaredError: ofTarget('meanSquaredError', 'prediction', {}),
  meanAbsoluteError: ofTarget('meanAbsoluteError', 'prediction', {}),
  huber: ofTarget('huber', 'prediction', { delta: v.optional(v.number()) }),
  smoothL1: ofTarget('smoothL1', 'prediction', { beta: v.optional(v.number()) }),
  hinge: ofTarget('hinge', 'prediction', {}),
  multiMargin: ofTarget(
    'multiMargin',
    'logits',
    { margin: v.optional(v.number()), p: v.optional(v.number()) },
    ({ margin, p }) => ({ multiMargin: { margin, power: p } }),
  ),
  poisson: ofTarget('poisson', 'prediction', { logInput: v.boolean(), full: v.optional(v.boolean()) }),
  // The whole divergence of a distribution is its term; a mean over the batch is the mean of terms.
  klDivergence: operation({
    attributes: { reduction: v.picklist(['batchMean', 'sum']) },
    inputs: ['logProbabilities', 'target'],
    build: ({ logProbabilities, target }, { reduction: how }) =>
      reduced(
        { klDivergence: { scale: 'logProbabilities' } },
        [logProbabilities],
        [target],
        how === 'sum' ? 'sum' : 'mean',
      ),
  }),
  gaussian: operation({
    attributes: { reduction, full: v.optional(v.boolean()) },
    inputs: ['prediction', 'target', 'variance'],
    build: ({ prediction, target, variance }, { reduction: how, full }) =>
      reduced({ gaussian: { full } }, [prediction, variance], [target], how),
  }),
  cosineEmbedding: operation({
    attributes: { reduction, margin: v.optional(v.number()) },
    inputs: ['a', 'b', 'target'],
    build: ({ a, b, target }, { reduction: how, margin }) =>
      reduced({ cosineEmbedding: { margin } }, [a, b], [target], how),
  }),
  triplet: operation({
    attributes: { reduction, margin: v.optional(v.number()), p: v.optional(v.number()), swap: v.optional(v.boolean()) },
    inputs: ['anchor', 'positive', 'negative'],
    build: ({ anchor, positive, negative }, { reduction: how, margin, p, swap }) =>
      reduced({ triplet: { margin, power: p, swap } }, [anchor, positive, negative], [], how),
  }),
  ctc: operation({
    attributes: {
      reduction,
      blank: v.optional(v.number()),
      inputLengths: lengths,
      targetLengths: lengths,
      zeroInfinity: v.optional(v.boolean()),
    },
    inputs: ['logits', 'target'],
    build({ logits, target }, { reduction: how, blank, inputLengths, targetLengths, zeroInfinity }) {
      const [times, counts] = [inputLengths, targetLengths].map((data) => constant(hostTensor(Int32Array.from(data))));
      // PyTorch's mean is one over texts of losses per label; its logits have the times first.
      const choice = { ctc: { blank, zeroInfinity, perLabel: how === 'mean' } };
      return reduced(choice, [logits.transpose([1, 0, 2])], [target, times!, counts!], how);
    },
  }),
});
