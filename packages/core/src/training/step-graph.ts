import type { Binding } from '../engine/compiled-function.js';
import type { Variable } from '../engine/variable.js';
import { AdjointError } from '../errors.js';
import type { TypedArray } from '../tensor/dtype.js';
import type { BatchRecord } from './batch-types.js';
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

/** The graph of a trainer that is prepared. @internal */
export function stepGraph(trainer: Trainer, batch: BatchRecord): StepGraph {
  const { model, program } = trainer;
  if (program.recipe.optimizer.host)
    throw new AdjointError(
      'OPTIONS_INVALID',
      'graph: the host drives this optimizer, which has no single graph; choose another, such as adam.',
    );
  const owned = [...model.parameters, ...model.states];
  return {
    ...program.losses.graph(batch),
    variables: new Map([
      ...owned.map(({ name, variable }) => [variable, `model/${name}`] as const),
      ...[...program.variables()].map(([name, variable]) => [variable, name] as const),
    ]),
    hostValue({ compute }, standing = {}) {
      trainer.pretended = { ...trainer.standing.standing, ...standing };
      try {
        return compute();
      } finally {
        trainer.pretended = undefined;
      }
    },
  };
}
