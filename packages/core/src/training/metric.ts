import type { Tensor } from '../graph/tensor.js';
import type { BuildContext } from '../model/build-context.js';
import { definer } from '../registry/definition.js';
import { membersOf } from '../registry/instance-check.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import type { Shape } from '../tensor/shape.js';
import type { NumberExample, TargetExample } from './loss.js';
import type { Scored } from './scored.js';
import { expectationMembers, type Expectation } from './targets.js';

/** How the parts of batches become those of a whole pass, on the host in float64. */
export type Merge = 'sum' | 'concatenate' | 'max' | 'min';

/** A number, or a table of them such as a confusion matrix. */
export type Figure = number | HostTensor;

/** What a metric keeps of a batch: tensors, or numbers that its shapes tell. */
export type MetricParts = Readonly<Record<string, Tensor | number>>;

/** A figure of a whole pass: measured on each batch, merged and finished on the host. */
export interface Metric<P extends MetricParts = MetricParts> extends Expectation {
  /** Parts of one batch. Builds graph. `losses` are the terms of the first loss, [batch, …]. */
  measure(batch: Scored & { readonly losses: Tensor }, context: BuildContext): P;
  /** 'sum' if not given; 'concatenate' joins along the first axis, so that every example is kept. */
  readonly merge?: Merge | { readonly [K in keyof P]?: Merge };
  /** One figure of the whole pass, or several by name. Sums and numbers come as float64. */
  finish(whole: { readonly [K in keyof P]: HostTensor }): Figure | Readonly<Record<string, Figure>>;
}

/** A metric whose parts are known by name in `finish`. */
export function metric<P extends MetricParts>(typed: Metric<P>): Metric {
  return typed as unknown as Metric;
}

/** Names of the kind `metric` with their options; the package that defines a name adds it by declaration merging. */
export interface Metrics {}

/** What an example of a metric gives beside options. */
export interface MetricExample {
  /** One example of the output: [3] if not given. */
  readonly output?: Shape | NumberExample;
  /** One example of the target; what the metric expects, if not given. */
  readonly target?: TargetExample;
  /** What does not hold for this metric: it does not look at the weights of examples. */
  readonly except?: readonly 'weights'[];
}

declare module '../registry/kinds.js' {
  interface Kinds {
    metric: { catalogue: Metrics; instance: Metric; example: MetricExample };
  }
}

export const defineMetric = definer(
  'metric',
  membersOf<Metric>({ ...expectationMembers, measure: 'method', merge: 'value', finish: 'method' }),
);
