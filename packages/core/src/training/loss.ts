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
import { formatShape, sameShape } from '../tensor/shape.js';
import type { Scored } from './scored.js';

/** One value for each example, or for each place of an example: [batch, …]; with weights of the same shape, if they count differently. */
export type Terms = Tensor | { readonly losses: Tensor; readonly weights: Tensor };

/** What is minimised: Σ w·l / Σ w over a batch, and over an epoch in the same way. Builds graph. */
export interface Loss {
  terms(batch: Scored, context: BuildContext): Terms;
  /** Refuses targets that do not fit the output, on the host. @throws AdjointError `DATA_INVALID` */
  check?(targets: readonly HostTensor[], output: VaryingType): void;
}

/** Terms with the weights of their batch worked in. */
export interface Reduced {
  /** [batch, …], as the loss gave them. */
  readonly losses: Tensor;
  /** Σ w·l. */
  readonly sum: Tensor;
  /** Σ w; a number where every place counts alike. */
  readonly weight: Tensor | number;
  /** Whether the loss itself gave weights. */
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
    return { losses, sum, weight: losses.size, hasWeights: false, mean: sum.mul(1 / losses.size) };
  }
  const sum = losses.mul(together).sum();
  const weight = broadcastTo(together, losses.shape).sum();
  return { losses, sum, weight, hasWeights: own !== undefined, mean: sum.div(where(weight.greater(0), weight, 1)) };
}

/** Names of the kind `loss` with their options; the package that defines a name adds it by declaration merging. */
export interface Losses {}

declare module '../registry/kinds.js' {
  interface Kinds {
    loss: { catalogue: Losses; instance: Loss };
  }
}

export const defineLoss = definer('loss', membersOf<Loss>({ terms: 'method', check: 'optional method' }));
