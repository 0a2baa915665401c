import { AdjointError } from '../errors.js';
import type { Tensor } from '../graph/tensor.js';
import type { Several } from '../tensor/several.js';
import { checkScale, formTarget, type Expectation } from './targets.js';

/** A batch inside a trace. */
export interface TracedBatch {
  readonly inputs: Several<Tensor>;
  readonly targets: readonly Tensor[];
  /** float32 [batch], where examples count differently. */
  readonly weights?: Tensor | undefined;
}

/** A batch with what the model made of it: what losses, metrics and penalties look at. */
export interface Scored extends TracedBatch {
  /** The outputs that the asker is bound to; all of the model's if it was not bound to any. Targets likewise. */
  readonly outputs: Several<Tensor>;
  /** The first of the outputs. */
  readonly output: Tensor;
  /** The first of the targets, in the form that the asker expects. @throws AdjointError `DATA_INVALID` where the data have none. */
  readonly target: Tensor;
}

/** Which of the model's outputs, and which of the data's targets, by their places. */
export interface Binding {
  readonly outputs?: readonly number[] | undefined;
  readonly targets?: readonly number[] | undefined;
}

/** Who looks at a batch, for messages, and what it expects. */
export interface Asker {
  readonly who: string;
  readonly expects: Expectation;
}

const anybody: Asker = { who: '', expects: {} };

/**
 * A batch and its outputs for one asker, with what else it is shown.
 * @throws AdjointError `SHAPE_MISMATCH` or `OPTIONS_INVALID` where they are not what it expects
 */
export function scoredOf<More extends object>(
  { inputs, targets: allTargets, weights }: TracedBatch,
  allOutputs: Several<Tensor>,
  { outputs: places, targets: wanted }: Binding,
  more: More,
  { who, expects }: Asker = anybody,
): Scored & More {
  const outputs = places ? (places.map((place) => allOutputs[place]) as unknown as Several<Tensor>) : allOutputs;
  checkScale(who, expects.scale, outputs);
  const targets = (wanted ? wanted.map((place) => allTargets[place] ?? missing(place)) : allTargets).map(
    (target, place) => (place === 0 ? formTarget(who, expects.targets, target, outputs[0]) : target),
  );
  return {
    ...more,
    inputs,
    outputs,
    targets,
    weights,
    output: outputs[0],
    get target() {
      return targets[0] ?? missing(0);
    },
  };
}

function missing(place: number): never {
  throw new AdjointError(
    'DATA_INVALID',
    `The data have no target ${place}, which a loss or metric asks for; give the dataset targets, or choose one that needs none.`,
  );
}
