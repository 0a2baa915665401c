import type { NotInferred } from '../graph/not-inferred.js';
import { AdjointError } from '../errors.js';
import type { Variable } from '../engine/variable.js';
import { Tensor } from '../graph/tensor.js';
import type { BuildContext, HostStep, Varying } from '../model/build-context.js';
import type { ParameterRole } from '../model/parameter.js';
import { definer, type Define } from '../registry/definition.js';
import { membersOf, type InstanceCheck } from '../registry/instance-check.js';
import { valueText } from '../registry/options/index.js';
import type { HostTensor } from '../tensor/host-tensor.js';

/** Named tensors that are kept from step to step. */
export interface SlotTree {
  readonly [name: string]: Tensor | SlotTree;
}

/** The variables that hold a SlotTree between steps. */
export interface SlotVariables {
  readonly [name: string]: Variable | SlotVariables;
}

/** What every optimizer sees of the present step. */
export interface StepContext extends BuildContext {
  /** The rate of this step, a scalar: what the schedule makes of the optimizer's learning rate. */
  readonly learningRate: Tensor;
}

/** A parameter as an optimizer sees it. */
export interface ParameterValue {
  readonly name: string;
  readonly role: ParameterRole;
  readonly value: Tensor;
}

/** Level 1: a rule for each parameter on its own. It builds graph and is called while tracing, so it keeps nothing. */
export interface UpdateRule<S extends SlotTree = SlotTree> {
  readonly kind?: 'rule';
  init(parameter: ParameterValue): S;
  /** Returns what is added to the parameter, and the slots' next values. */
  update(
    gradient: Tensor,
    slots: NotInferred<S>,
    parameter: ParameterValue,
    context: StepContext,
  ): readonly [change: Tensor, next: NotInferred<S>];
  /** What evaluation, prediction and exported models use instead of the parameter (averages). */
  evaluation?(slots: NotInferred<S>, parameter: ParameterValue): Tensor;
}

/** Level 2: a step over all parameters, which may ask for gradients more than once (SAM). */
export interface StepRule<S extends SlotTree = SlotTree> {
  readonly kind: 'step';
  init(parameters: readonly ParameterValue[]): S;
  step(context: StepRuleContext<NotInferred<S>>): {
    readonly values: readonly Tensor[];
    readonly slots: NotInferred<S>;
  };
  evaluation?(slots: NotInferred<S>, parameters: readonly ParameterValue[]): readonly Tensor[];
}

export interface LossAndGradients {
  /** Losses and penalties of the batch, a scalar. */
  readonly loss: Tensor;
  /** In the order of the parameters, after the gradient transforms. */
  readonly gradients: readonly Tensor[];
}

export interface StepRuleContext<S extends SlotTree = SlotTree> extends StepContext {
  readonly parameters: readonly ParameterValue[];
  readonly slots: S;
  /**
   * Loss and gradients at the parameters' values, or at others in the same order. The first call also supplies metrics
   * and running statistics; later ones reuse its random draws, and the last one decides what gradient transforms keep.
   */
  lossAndGradients(values?: readonly Tensor[]): LossAndGradients;
}

/** Level 3: a step that the host drives, which may ask for loss and gradients as often as it likes (line search). */
export interface HostRule {
  readonly kind: 'host';
  /** Returns the next values. */
  step(context: HostRuleContext): Promise<readonly HostTensor[]>;
}

export interface HostRuleContext extends HostStep {
  readonly learningRate: number;
  readonly values: readonly HostTensor[];
  /** Named arrays that are saved with the run. */
  readonly state: Map<string, HostTensor>;
  lossAndGradients(
    values: readonly HostTensor[],
  ): Promise<{ readonly loss: number; readonly gradients: readonly HostTensor[] }>;
}

/** An optimizer of any level; `learningRate` is its option of that name (1 if it has none: the schedule is the rate). */
export type Optimizer = (UpdateRule | StepRule | HostRule) & Rated;

interface Rated {
  readonly learningRate?: Varying;
}

/** An update rule whose slots are known by name. */
export function updateRule<S extends SlotTree>(rule: UpdateRule<S>): UpdateRule {
  return rule as unknown as UpdateRule;
}

/** A step rule whose slots are known by name. */
export function stepRule<S extends SlotTree>(rule: Omit<StepRule<S>, 'kind'>): StepRule {
  return { ...rule, kind: 'step' } as unknown as StepRule;
}

function isUpdate(result: unknown): result is readonly [Tensor, SlotTree] {
  return Array.isArray(result) && result.length === 2 && result[0] instanceof Tensor && typeof result[1] === 'object';
}

/** Runs a rule on each parameter; slots are named `conv1/weight/momentum`. */
function perParameter(rule: UpdateRule): StepRule<Readonly<Record<string, SlotTree>>> {
  const { evaluation } = rule;
  return {
    kind: 'step',
    init: (parameters) => Object.fromEntries(parameters.map((parameter) => [parameter.name, rule.init(parameter)])),
    step({ parameters, slots, lossAndGradients, ...context }) {
      const { gradients } = lossAndGradients();
      const next: [string, SlotTree][] = [];
      const values = parameters.map((parameter, i) => {
        const { name, value } = parameter;
        const result: unknown = rule.update(gradients[i]!, slots[name] ?? {}, parameter, context);
        if (!isUpdate(result))
          throw new AdjointError(
            'PLUGIN_INVALID',
            `optimizer: update returns no list of a change and slots for ${name}; return [change, { …slots }].`,
          );
        const [change, after] = result;
        next.push([name, after]);
        return value.add(change);
      });
      return { values, slots: Object.fromEntries(next) };
    },
    ...(evaluation && {
      evaluation: (slots, parameters) =>
        parameters.map((parameter) => evaluation.call(rule, slots[parameter.name] ?? {}, parameter)),
    }),
  };
}

/**
 * The step rule of an optimizer of the first or second level.
 * @throws AdjointError `OPTIONS_INVALID` for one that the host drives
 */
export function stepRuleOf(optimizer: Optimizer): StepRule {
  if (typeof optimizer !== 'object' || optimizer === null)
    throw new AdjointError('OPTIONS_INVALID', `There is no optimizer: found ${valueText(optimizer)}.`);
  if (optimizer.kind === 'host')
    throw new AdjointError(
      'OPTIONS_INVALID',
      'An optimizer that the host drives cannot be part of another one; choose one of another level.',
    );
  return optimizer.kind === 'step' ? optimizer : (perParameter(optimizer) as unknown as StepRule);
}

/** Names of the kind `optimizer` with their options; the package that defines a name adds it by declaration merging. */
export interface Optimizers {}

declare module '../registry/kinds.js' {
  interface Kinds {
    optimizer: { catalogue: Optimizers; instance: Optimizer };
  }
}

/** The three levels by their `kind`, which a rule may leave out. */
const levels: { readonly [kind: string]: InstanceCheck } = {
  rule: membersOf<UpdateRule & Rated>({
    kind: 'value',
    learningRate: 'value',
    init: 'method',
    update: 'method',
    evaluation: 'optional method',
  }),
  step: membersOf<StepRule & Rated>({
    kind: 'value',
    learningRate: 'value',
    init: 'method',
    step: 'method',
    evaluation: 'optional method',
  }),
  host: membersOf<HostRule & Rated>({ kind: 'value', learningRate: 'value', step: 'method' }),
};

const checkOptimizer: InstanceCheck = (instance, what) => {
  const { kind = 'rule' } = (instance ?? {}) as { readonly kind?: string };
  const check = Object.hasOwn(levels, kind) ? levels[kind] : undefined;
  if (!check)
    throw new AdjointError(
      'PLUGIN_INVALID',
      `${what} is of the kind ${valueText(kind)}; expected ${Object.keys(levels).map(valueText).join(', ')}.`,
    );
  check(instance, what);
};

/** Like the others; the option `learningRate`, if there is one, is kept for the trainer, which sets the rate of each step. */
export const defineOptimizer: Define<'optimizer'> = (definition) =>
  definer(
    'optimizer',
    checkOptimizer,
  )({
    ...definition,
    create(options, context) {
      const { learningRate } = options as { readonly learningRate?: Varying };
      const optimizer = definition.create(options, context);
      const isObject = typeof optimizer === 'object' && optimizer !== null;
      return learningRate === undefined || !isObject ? optimizer : Object.assign(optimizer, { learningRate });
    },
  });
