import type { VaryingType } from '../data/dataset.js';
import { AdjointError } from '../errors.js';
import { where } from '../graph/primitives/where.js';
import { broadcastTo } from '../graph/primitives/broadcast-to.js';
import { Tensor } from '../graph/tensor.js';
import type { BuildContext } from '../model/build-context.js';
import { definer } from '../registry/definition.js';
import { membersOf } from '../registry/instance-check.js';
import { valueText } from '../registry/options/index.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import type { Several } from '../tensor/several.js';
import type { DType } from '../tensor/dtype.js';
import { formatShape, sameShape, type Shape } from '../tensor/shape.js';
import { scoredOf, type Binding, type Scored, type TracedBatch } from './scored.js';
import { expectationMembers, type Expectation } from './targets.js';

/** One value for each example, or for each place of an example: [batch, …]; with weights of the same shape, if they count differently. */
export type Terms = Tensor | { readonly losses: Tensor; readonly weights: Tensor };

/** What is minimised: Σ w·l / Σ w over a batch, and over an epoch in the same way. Builds graph. */
export interface Loss extends Expectation {
  terms(batch: Scored, context: BuildContext): Terms;
  /** Refuses more targets than those that are not as expected, on the host. @throws AdjointError `DATA_INVALID` */
  check?(targets: readonly HostTensor[], output: VaryingType): void;
}

/**
 * What a loss gives for a batch that is as it expects. Builds graph.
 * @throws AdjointError `SHAPE_MISMATCH` or `OPTIONS_INVALID` where targets, outputs or terms do not fit
 */
export function termsOf(
  name: string,
  loss: Loss,
  batch: TracedBatch,
  outputs: Several<Tensor>,
  binding: Binding,
  context: BuildContext,
): Terms {
  const who = `loss '${name}'`;
  const scored = scoredOf(batch, outputs, binding, {}, { who, expects: loss });
  const { output, targets } = scored;
  if (loss.targets === 'classes' && (output.shape[1] ?? 1) === 1)
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `${who}: takes one output for each class, at least two, but the outputs are ${formatShape(output.shape)}; end the model with one unit per class, or choose a loss of single probabilities, such as binaryCrossEntropy.`,
    );
  const terms = loss.terms(scored, context);
  if (terms instanceof Tensor && targets[0] && terms.size > scored.outputs.concat(targets).reduce(largest, 0))
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `${who}: its terms ${formatShape(terms.shape)} are more than there are outputs ${formatShape(output.shape)} or targets ${formatShape(targets[0].shape)}, as if one had been stretched over the other; give targets of the outputs' shape. A loss of pairs returns one term for each example.`,
    );
  return terms;
}

function largest(most: number, { size }: Tensor): number {
  return Math.max(most, size);
}

/** Terms with the weights of their batch worked in. */
export interface Reduced {
  /** [batch, …], as the loss gave them. */
  readonly losses: Tensor;
  /** Σ w·l. */
  readonly sum: Tensor;
  /** Σ w; a number where every place counts alike. */
  readonly weight: Tensor | number;
  /** What the loss itself gave as weights. */
  readonly weights: Tensor | undefined;
  readonly hasWeights: boolean;
  /** Σ w·l / Σ w, a scalar; 0 where nothing counts. */
  readonly mean: Tensor;
}

/** Reduces what a loss gave for a batch of `examples`; `weights` are those of the batch. */
export function reduceTerms(terms: Terms, weights: Tensor | undefined, examples: number, name = 'own'): Reduced {
  const isTerms = (value: unknown): boolean => value instanceof Tensor;
  const { losses: given, weights: beside } = ((terms as unknown) ?? {}) as { losses?: unknown; weights?: unknown };
  if (!isTerms(terms) && !(isTerms(given) && (beside === undefined || isTerms(beside))))
    throw new AdjointError(
      'PLUGIN_INVALID',
      `loss '${name}' gives ${valueText(terms)}; its terms are a tensor with one value for each example, [batch, …], or { losses, weights }.`,
    );
  const { losses, weights: own } = 'losses' in terms ? terms : { losses: terms, weights: undefined };
  if (losses.shape[0] !== examples || (own && !sameShape(own.shape, losses.shape)))
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `loss '${name}' gives terms ${formatShape(losses.shape)}${own ? ` with weights ${formatShape(own.shape)}` : ''} for ${examples} examples; return one value for each example, [batch, …], and weights of the same shape.`,
    );
  const ofExample = weights?.cast(losses.dtype).reshape([examples, ...losses.shape.slice(1).map(() => 1)]);
  const together = own && ofExample ? own.mul(ofExample) : (own ?? ofExample);
  if (!together) {
    const sum = losses.sum();
    return { losses, sum, weight: losses.size, weights: own, hasWeights: false, mean: sum.mul(1 / losses.size) };
  }
  // What does not count may be infinite: 0·∞ would be NaN.
  const sum = where(together.equal(0), 0, losses).mul(together).sum();
  const weight = broadcastTo(together, losses.shape).sum();
  return {
    losses,
    sum,
    weight,
    weights: own,
    hasWeights: own !== undefined,
    mean: sum.div(where(weight.greater(0), weight, 1)),
  };
}

/** Names of the kind `loss` with their options; the package that defines a name adds it by declaration merging. */
export interface Losses {}

/** What an example of a loss gives beside options; small shapes, since every element is nudged. */
export interface LossExample {
  /** One example of each output: [3] if not given. */
  readonly outputs?: Several<Shape | NumberExample>;
  /** One example of each target; what the loss expects, if not given. */
  readonly targets?: readonly TargetExample[];
  /** What does not hold for this loss: its examples see each other. */
  readonly except?: readonly 'independence'[];
  /** Largest relative error of a derivative; 1e-5 if not given. */
  readonly tolerance?: number;
}

/** Numbers drawn from low … high, −1 … 1 if not given. */
export interface NumberExample {
  readonly shape: Shape;
  readonly low?: number;
  readonly high?: number;
}

/** Whole numbers are drawn from low … high, too, 0 … 1 if not given. */
export interface TargetExample extends NumberExample {
  readonly dtype: DType;
}

declare module '../registry/kinds.js' {
  interface Kinds {
    loss: { catalogue: Losses; instance: Loss; example: LossExample };
  }
}

export const defineLoss = definer(
  'loss',
  membersOf<Loss>({ ...expectationMembers, terms: 'method', check: 'optional method' }),
);
