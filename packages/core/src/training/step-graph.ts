import type { Binding } from '../engine/compiled-function.js';
import type { Variable } from '../engine/variable.js';
import type { TypedArray } from '../tensor/dtype.js';
import type { NamedGraph } from './record-function.js';
import type { Standing } from './step-inputs.js';
import type { Trainer } from './trainer.js';

/**
 * One update as a graph, for those who run it elsewhere: with the values of what its leaves are bound to, its updates and
 * outputs are all that a step does.
 */
export interface StepGraph extends NamedGraph {
  /** What each variable is called in the state of the trainer: `model/dense/weight`, `optimizer/dense/weight/mean`. */
  readonly variables: ReadonlyMap<Variable, string>;
  /** What the host computes for a binding where a run stands; as the trainer stands where nothing is said. */
  hostValue(binding: Extract<Binding, { kind: 'computed' }>, standing?: Partial<Standing>): TypedArray;
}

/** `standingAt` computes something as if the run stood somewhere else. */
export function stepGraph(
  trainer: Trainer,
  graph: NamedGraph,
  standingAt: (standing: Partial<Standing>, compute: () => TypedArray) => TypedArray,
): StepGraph {
  const { model, program } = trainer;
  const owned = [...model.parameters, ...model.states];
  return {
    ...graph,
    variables: new Map([
      ...owned.map(({ name, variable }) => [variable, `model/${name}`] as const),
      ...[...program.variables()].map(([name, variable]) => [variable, name] as const),
    ]),
    hostValue: ({ compute }, standing = {}) => standingAt(standing, compute),
  };
}
