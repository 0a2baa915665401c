import type { Engine } from '../engine/engine.js';
import { AdjointError } from '../errors.js';
import { inScope } from '../graph/scope.js';
import type { Tensor } from '../graph/tensor.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import type { Metric } from './metric.js';

/** Several metrics that are computed together; their states go in and out of programs one after the other. */
export class MetricSet {
  readonly #metrics: readonly { readonly name: string; readonly metric: Metric; readonly keys: readonly string[] }[];
  /** States before the first batch. */
  readonly initial: readonly HostTensor[];

  constructor(
    readonly engine: Engine,
    metrics: readonly { readonly name: string; readonly metric: Metric }[],
    context: Parameters<Metric['init']>[0],
  ) {
    const states = metrics.map(({ metric }) => metric.init(context));
    this.#metrics = metrics.map((named, i) => ({ ...named, keys: Object.keys(states[i]!) }));
    this.initial = states.flatMap((state) => Object.values(state));
  }

  /** Names of the states, for people to read. */
  get stateNames(): string[] {
    return this.#metrics.flatMap(({ name, keys }) => keys.map((key) => `${name}.${key}`));
  }

  /** States after a batch, from those before it, or of this batch alone. Builds graph. */
  update(
    batch: Parameters<Metric['update']>[1],
    before: readonly Tensor[] = this.initial.map((state) => this.engine.tensor(state)),
  ): Tensor[] {
    return this.#split(before).flatMap(({ name, metric, keys, state }) => {
      const after = inScope(name, () => metric.update(state, batch));
      return keys.map((key) => {
        if (after[key]) return after[key];
        throw new AdjointError(
          'OPTIONS_INVALID',
          `metric '${name}': update returns no '${key}', which init declares; return every part of the state.`,
        );
      });
    });
  }

  /** Figures of the final states, by name; those of a metric with several are named `metric/figure`. */
  finish(states: readonly HostTensor[]): Record<string, number> {
    return Object.fromEntries(
      this.#split(states).flatMap(({ name, metric, state }): [string, number][] => {
        const figures = metric.finish(state);
        if (typeof figures === 'number') return [[name, figures]];
        return Object.entries(figures).map(([part, figure]) => [`${name}/${part}`, figure]);
      }),
    );
  }

  #split<T>(
    states: readonly T[],
  ): { name: string; metric: Metric; keys: readonly string[]; state: Record<string, T> }[] {
    let next = 0;
    return this.#metrics.map((named) => ({
      ...named,
      state: Object.fromEntries(named.keys.map((key) => [key, states[next++]!])),
    }));
  }
}
