import type { VaryingType } from '../data/dataset.js';
import type { Tensor } from '../graph/tensor.js';
import type { EpochResult } from '../model/build-context.js';
import type { Initializer } from '../model/initializer.js';
import type { ForwardContext } from '../model/layer.js';
import type { Parameter, State } from '../model/parameter.js';
import { definer } from '../registry/definition.js';
import type { Several } from '../tensor/several.js';
import type { Shape } from '../tensor/shape.js';
import type { ParameterValue, StepContext } from './optimizer.js';
import type { Scored, TracedBatch } from './scored.js';
import type { Warning } from './training-events.js';
import type { ExpectedTarget } from './targets.js';

/** What a hook may ask for. */
export interface HookContext extends ForwardContext {
  /** Types of one example of the model's outputs: the last extent of a classifier's is the number of classes. */
  readonly outputs: Several<VaryingType>;
  /** What the losses expect of each target of the data, by its place; undefined where none looks at it. */
  readonly targets: readonly (ExpectedTarget | undefined)[];
  /** Names of the layers whose outputs the hook `hidden` sees: those of the model that give none of its outputs. */
  readonly hiddenLayers: readonly string[];
}

/** A batch as a hook gives it back. */
export type ChangedBatch = Omit<TracedBatch, 'inputs'> & { readonly inputs: readonly Tensor[] };

/** What a penalty looks at. */
export interface PenaltyBatch extends Scored {
  readonly parameters: readonly ParameterValue[];
  /** Runs the model again on other inputs, with the same parameters and random draws. */
  forward(inputs: Several<Tensor>): Several<Tensor>;
  /** The losses of the batch, weighted and added up, without penalties: a scalar. */
  readonly loss: Tensor;
  /** The same of other inputs with the same targets, as `forward` runs them. */
  lossOn(inputs: Several<Tensor>): Tensor;
}

/**
 * Any subset of hooks, in the order of the step. All but `stop`, `keep` and `notice` build graph and are called while a program is traced; the
 * parameters are those that are trained.
 */
export interface Hooks {
  /** Changes inputs, targets and weights (augmentation, mixup, label smoothing). */
  batch?(batch: TracedBatch, context: HookContext): ChangedBatch;
  /** Changes a parameter as the forward pass sees it (weight noise). */
  parameter?(parameter: ParameterValue, context: HookContext): Tensor;
  /** Changes what a hidden layer gives in the forward pass of training (manifold mixup); `context.hiddenLayers` has their names. */
  hidden?(outputs: Several<Tensor>, layer: string, context: HookContext): Several<Tensor>;
  /** A scalar that is added to the loss. */
  penalty?(batch: PenaltyBatch, context: HookContext): Tensor;
  /** Changes a parameter after its update (max-norm). */
  constraint?(parameter: ParameterValue, context: HookContext & StepContext): Tensor;
  /** Sees a parameter at the end of the step, and updates states: averages are taken here … */
  average?(parameter: ParameterValue, context: HookContext): void;
  /** … and read here, as what evaluation, prediction and exported models use instead of the parameter. */
  evaluation?(parameter: ParameterValue, context: HookContext): Tensor;
  /** Why the run is to end after an epoch, if it is. A pure function, so that a resumed run ends where another would. */
  stop?(history: readonly EpochResult[]): string | undefined;
  /** Whether the weights after the last epoch are the best so far: the run goes back to them when it is over. Pure as well. */
  keep?(history: readonly EpochResult[]): boolean;
  /** What to warn of after an epoch, if anything; pure, too. */
  notice?(history: readonly EpochResult[]): Warning | undefined;
  /** Names of the figures that `stop` looks at; one that no loss and no metric has is refused before training. */
  readonly figures?: readonly string[];
}

/** Where a regularizer declares what it keeps from step to step. */
export interface StateScope {
  readonly name: string;
  /** A state that starts as a constant, as an initializer says, or as a copy of a parameter. */
  state(name: string, shape: Shape, initial: number | Initializer | Parameter): State;
}

/** Hooks, or a function that declares states first. */
export type Regularizer = Hooks | ((scope: StateScope, parameters: readonly Parameter[]) => Hooks);

/** Names of the kind `regularizer` with their options; the package that defines a name adds it by declaration merging. */
export interface Regularizers {}

declare module '../registry/kinds.js' {
  interface Kinds {
    regularizer: { catalogue: Regularizers; instance: Regularizer };
  }
}

export const defineRegularizer = definer('regularizer');
