import type { Tensor } from '../graph/tensor.js';
import type { ParameterRole } from '../model/parameter.js';
import type { HostInputs } from './host-inputs.js';
import { definer, type Define } from '../registry/definition.js';

/** Named tensors that an optimizer keeps from step to step. */
export type Slots = Readonly<Record<string, Tensor>>;

/** What every optimizer sees of the present step. */
export interface StepContext extends HostInputs {
  /** The rate of this step, a scalar: what the schedule makes of the optimizer's learning rate. */
  readonly learningRate: Tensor;
  /** A float32 scalar that is computed on the host before each step; `step` counts updates from 1. */
  scalar(name: string, compute: (step: number) => number): Tensor;
}

/** A parameter as an optimizer sees it. */
export interface ParameterValue {
  readonly name: string;
  readonly role: ParameterRole;
  readonly value: Tensor;
}

/** Level 1: a rule for each parameter on its own. It builds graph and is called while tracing, so `this` keeps nothing. */
export interface UpdateRule {
  readonly kind?: 'rule';
  init(parameter: Tensor): Slots;
  /** Returns what is added to the parameter, and the slots' next values. */
  update(
    gradient: Tensor,
    slots: Slots,
    parameter: Tensor,
    context: StepContext & Omit<ParameterValue, 'value'>,
  ): readonly [change: Tensor, next: Slots];
}

/** Level 2: a step over all parameters, which may ask for gradients more than once (SAM). */
export interface StepRule {
  readonly kind: 'step';
  init(parameters: readonly ParameterValue[]): Slots;
  step(context: StepRuleContext): { readonly values: readonly Tensor[]; readonly slots: Slots };
}

export interface StepRuleContext extends StepContext {
  readonly parameters: readonly ParameterValue[];
  readonly slots: Slots;
  /**
   * Gradients at the parameters' values, or at others in the same order. Nothing is computed before the first call, which
   * also supplies loss, metrics and running statistics; later ones reuse the same random draws.
   */
  lossAndGradients(values?: readonly Tensor[]): readonly Tensor[];
}

/** An optimizer of any level; `learningRate` is its option of that name (1 if it has none: the schedule is the rate). */
export type Optimizer = (UpdateRule | StepRule) & { readonly learningRate?: number };

/** Runs a rule on each parameter; slots are named `conv1/weight/momentum`. */
export function perParameter(rule: UpdateRule): StepRule {
  const join = (parameter: string, slots: Slots): [string, Tensor][] =>
    Object.entries(slots).map(([slot, value]) => [`${parameter}/${slot}`, value]);
  return {
    kind: 'step',
    init: (parameters) => Object.fromEntries(parameters.flatMap(({ name, value }) => join(name, rule.init(value)))),
    step({ parameters, slots, lossAndGradients, ...context }) {
      const next: [string, Tensor][] = [];
      const gradients = lossAndGradients();
      const values = parameters.map(({ name, role, value }, i) => {
        const own = Object.fromEntries(
          Object.entries(slots).flatMap(([key, slot]) =>
            key.startsWith(`${name}/`) && !key.slice(name.length + 1).includes('/')
              ? [[key.slice(name.length + 1), slot]]
              : [],
          ),
        );
        const [change, after] = rule.update(gradients[i]!, own, value, { ...context, name, role });
        next.push(...join(name, after));
        return value.add(change);
      });
      return { values, slots: Object.fromEntries(next) };
    },
  };
}

/** The step rule of an optimizer of any level. */
export function stepRuleOf(optimizer: Optimizer): StepRule {
  return optimizer.kind === 'step' ? optimizer : perParameter(optimizer);
}

/** Names of the kind `optimizer` with their options; the package that defines a name adds it by declaration merging. */
export interface Optimizers {}

declare module '../registry/kinds.js' {
  interface Kinds {
    optimizer: { catalogue: Optimizers; instance: Optimizer };
  }
}

/** Like the others; the option `learningRate`, if there is one, is kept for the trainer, which sets the rate of each step. */
export const defineOptimizer: Define<'optimizer'> = (definition) =>
  definer('optimizer')({
    ...definition,
    create(options, context) {
      const { learningRate } = options as { readonly learningRate?: number };
      const optimizer = definition.create(options, context);
      return learningRate === undefined ? optimizer : Object.assign(optimizer, { learningRate });
    },
  });
