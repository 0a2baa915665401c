import type { Tensor } from '../graph/tensor.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { definer } from '../registry/definition.js';

/** A figure of a whole pass: a state, a traced accumulation, and a finish on the host. */
export interface Metric {
  /** The state before the first batch. `outputs` is the last extent of the model's output. */
  init(context: { readonly outputs: number }): Readonly<Record<string, HostTensor>>;
  update(
    state: Readonly<Record<string, Tensor>>,
    batch: { readonly output: Tensor; readonly targets: Tensor; readonly loss: Tensor },
  ): Readonly<Record<string, Tensor>>;
  /** One figure, or several by name. */
  finish(state: Readonly<Record<string, HostTensor>>): number | Readonly<Record<string, number>>;
}

/** Names of the kind `metric` with their options; the package that defines a name adds it by declaration merging. */
export interface Metrics {}

declare module '../registry/kinds.js' {
  interface Kinds {
    metric: { catalogue: Metrics; instance: Metric };
  }
}

export const defineMetric = definer('metric');
