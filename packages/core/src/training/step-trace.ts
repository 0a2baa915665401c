import { gradients } from '../autograd/gradients.js';
import { inScope } from '../graph/scope.js';
import { Tensor } from '../graph/tensor.js';
import { hiddenLayers } from '../model/composition.js';
import type { ForwardContext } from '../model/layer.js';
import type { Model } from '../model/model.js';
import type { Parameter, State } from '../model/parameter.js';
import { valueText } from '../registry/options/index.js';
import { mapSeveral, severalOf, type Several } from '../tensor/several.js';
import { formatShape } from '../tensor/shape.js';
import type { GradientTransform } from './gradient-transform.js';
import type { MetricParts } from './metric.js';
import type { NamedHooks } from './named-hooks.js';
import type { LossAndGradients, ParameterValue, SlotTree } from './optimizer.js';
import type { OptimizerGroups } from './optimizer-groups.js';
import type { HookContext } from './regularizer.js';
import { checkNextSlots, checkTensor, checkTensors, pluginInvalid } from './plugin-results.js';
import { scoredOf, type TracedBatch } from './scored.js';
import { transformMeasure, type Measured, type Scoring } from './scoring.js';
import type { StepInputs } from './step-inputs.js';

/** What a training step is made of. */
export interface Recipe {
  readonly model: Model;
  readonly scoring: Scoring;
  readonly optimizer: OptimizerGroups;
  readonly transforms: readonly { readonly name: string; readonly transform: GradientTransform }[];
  readonly regularizers: readonly NamedHooks[];
}

/** What is kept from step to step, at the start of the step. */
export interface StepSlots {
  readonly optimizer: SlotTree;
  /** By the transforms' names. */
  readonly transforms: Readonly<Record<string, SlotTree>>;
}

/** A forward pass with its losses and penalties. */
export interface Passed extends Measured {
  readonly outputs: Several<Tensor>;
  /** A scalar; undefined where no regularizer has one. */
  readonly penalty: Tensor | undefined;
}

/** Values that an update gives, before anything is assigned. */
export interface Updated {
  readonly values: readonly Tensor[];
  readonly slots: StepSlots;
}

/**
 * One tracing of a step, stage by stage: batch hooks, parameters as used forward, forward with hidden layers, losses, penalties, gradients,
 * gradient transforms, optimizer, constraints, averages, metrics.
 */
export class StepTrace {
  /** The trained parameters at the start of the step. */
  readonly parameters: readonly ParameterValue[];
  /** The pass of the first call of `lossAndGradients`: that of the loss, the metrics and the running statistics. */
  #first: Passed | undefined;
  #transformed: Readonly<Record<string, SlotTree>>;
  /** What transforms have measured on the gradients that are reported. */
  #noted: Record<string, MetricParts> | undefined;

  constructor(
    readonly recipe: Recipe,
    readonly inputs: StepInputs,
    readonly slots: StepSlots,
  ) {
    this.parameters = recipe.optimizer.trained.map(({ name, role, variable }) => ({
      name,
      role,
      value: variable.value,
    }));
    this.#transformed = slots.transforms;
  }

  /** The batch after all batch hooks. */
  feed(batch: TracedBatch): TracedBatch {
    return this.recipe.regularizers.reduce((fed, { name, hooks }) => {
      if (!hooks.batch) return fed;
      const changed: unknown = inScope(name, () => hooks.batch?.(fed, this.#hookContext(name)));
      return checkChangedBatch(changed, fed, `regularizer '${name}', batch`);
    }, batch);
  }

  /** Outputs, losses and penalties with other values of the trained parameters. */
  forward(fed: TracedBatch, values: readonly Tensor[], updatesStates: boolean): Passed {
    const { model, scoring } = this.recipe;
    const parameters = this.parameters.map((parameter, i) => ({ ...parameter, value: values[i]! }));
    const context = { ...this.#forwardContext(this.#used(parameters), updatesStates), ...this.#hidden() };
    const outputs = model.apply(fed.inputs, context);
    const measured = scoring.reduce(fed, outputs, this.inputs);
    const again = (inputs: Several<Tensor>): Several<Tensor> =>
      inScope(undefined, () => model.apply(inputs, { ...context, update() {} }));
    const lossOn = (inputs: Several<Tensor>): Tensor =>
      scoring.reduce({ ...fed, inputs }, again(inputs), this.inputs).total;
    const penalties = this.recipe.regularizers.flatMap(({ name, hooks }) => {
      const seen = scoredOf(fed, outputs, {}, { parameters, forward: again, loss: measured.total, lossOn });
      if (!hooks.penalty) return [];
      const penalty = inScope(name, () => hooks.penalty?.(seen, this.#hookContext(name)));
      return checkTensor(penalty, `regularizer '${name}', penalty`, { shape: [], dtype: model.dtype });
    });
    const penalty = penalties.length === 0 ? undefined : penalties.reduce((sum, part) => sum.add(part));
    return { ...measured, outputs, penalty };
  }

  /** Loss and gradients at the present values or others; the first call is the one that is reported. */
  lossAndGradients(
    fed: TracedBatch,
    values: readonly Tensor[] = this.parameters.map(({ value }) => value),
  ): LossAndGradients {
    return inScope(undefined, () => {
      const passed = this.forward(fed, values, this.#first === undefined);
      this.#first ??= passed;
      const loss = passed.penalty ? passed.total.add(passed.penalty) : passed.total;
      return { loss, gradients: this.transform(gradients(loss, values), values) };
    });
  }

  /** Gradients after all transforms. */
  transform(given: readonly Tensor[], values: readonly Tensor[]): readonly Tensor[] {
    const parameters = this.parameters.map((parameter, i) => ({ ...parameter, value: values[i]! }));
    const { optimizer, model } = this.recipe;
    const noted: Record<string, MetricParts> = {};
    const transformed = this.recipe.transforms.reduce((current, { name, transform }) => {
      const result = inScope(name, () =>
        transform.update(current, {
          ...this.inputs.contextOf(name),
          learningRate: this.inputs.number('learningRate', optimizer.rates[0] ?? 1),
          parameters,
          slots: this.slots.transforms[name] ?? {},
        }),
      );
      const what = `gradient transform '${name}'`;
      const { gradients: changed, slots, figures } = (result ?? {}) as Partial<typeof result>;
      for (const [figure, value] of figuresByName(name, figures))
        noted[`${transformMeasure}${figure}`] = {
          sum: checkTensor(value, `${what}, the figure '${figure}'`, { shape: [], dtype: model.dtype }),
          weight: 1,
        };
      const before = this.slots.transforms[name] ?? {};
      if (slots !== undefined || Object.keys(before).length > 0)
        this.#transformed = { ...this.#transformed, [name]: checkNextSlots(slots ?? {}, before, `${what}, update`) };
      return checkTensors(changed, parameters, `${what}, the gradient`);
    }, given);
    this.#noted ??= noted;
    return transformed;
  }

  /** What transforms have measured. */
  get noted(): Record<string, MetricParts> {
    return this.#noted ?? {};
  }

  /** What the optimizer makes of the parameters. */
  update(lossAndGradients: (values?: readonly Tensor[]) => LossAndGradients): Updated {
    const { values, slots } = inScope('optimizer', () =>
      this.recipe.optimizer.step(this.parameters, this.slots.optimizer, this.inputs, lossAndGradients),
    );
    return { values, slots: { optimizer: slots, transforms: this.#transformed } };
  }

  /** Constrains new values, assigns them, and lets averages see them. */
  settle(values: readonly Tensor[]): void {
    const { regularizers, optimizer } = this.recipe;
    values.forEach((value, i) => {
      const parameter = this.parameters[i]!;
      const constrained = regularizers.reduce((at, { name, hooks }) => {
        if (!hooks.constraint) return at;
        const learningRate = this.inputs.number('learningRate', optimizer.rates[0] ?? 1);
        const context = { ...this.#hookContext(name), learningRate };
        const kept = inScope(name, () => hooks.constraint?.({ ...parameter, value: at }, context));
        return checkTensor(kept, `regularizer '${name}', constraint of '${parameter.name}'`, at);
      }, value);
      void optimizer.trained[i]!.variable.assign(constrained);
      for (const { name, hooks } of regularizers)
        inScope(name, () => hooks.average?.({ ...parameter, value: constrained }, this.#hookContext(name)));
    });
  }

  /** What is kept of a batch. */
  measure(fed: TracedBatch, passed = this.reported(fed)): Record<string, MetricParts> {
    return {
      ...this.recipe.scoring.measure(fed, passed.outputs, passed, this.inputs),
      ...(passed.penalty && { penalty: { sum: passed.penalty, weight: 1 } }),
      ...this.noted,
    };
  }

  /** Outputs in evaluation, with the values of `evaluationValues`. */
  evaluate(inputs: Several<Tensor>): Several<Tensor> {
    const values = this.evaluationValues();
    const own = new Map<unknown, Tensor>(this.recipe.optimizer.trained.map((parameter, i) => [parameter, values[i]!]));
    return this.recipe.model.apply(inputs, this.#forwardContext(own, false));
  }

  /** What evaluation uses instead of each trained parameter. */
  evaluationValues(): readonly Tensor[] {
    const averaged = this.recipe.optimizer.evaluation(this.slots.optimizer, this.parameters);
    return this.parameters.map((parameter, i) =>
      this.recipe.regularizers.reduce((value, { name, hooks }) => {
        if (!hooks.evaluation) return value;
        const used = inScope(name, () => hooks.evaluation?.({ ...parameter, value }, this.#hookContext(name)));
        return checkTensor(used, `regularizer '${name}', evaluation of '${parameter.name}'`, value);
      }, averaged[i]!),
    );
  }

  /**
   * The pass that is reported, the first one. An optimizer that asks for no gradient leaves the batch to be measured all the
   * same.
   */
  reported(fed: TracedBatch): Passed {
    if (!this.#first) this.lossAndGradients(fed);
    return this.#first!;
  }

  /** The parameters as the forward pass sees them. */
  #used(parameters: readonly ParameterValue[]): Map<unknown, Tensor> {
    return new Map(
      parameters.map((parameter, i) => [
        this.recipe.optimizer.trained[i],
        this.recipe.regularizers.reduce((value, { name, hooks }) => {
          if (!hooks.parameter) return value;
          const used = inScope(name, () => hooks.parameter?.({ ...parameter, value }, this.#hookContext(name)));
          return checkTensor(used, `regularizer '${name}', parameter '${parameter.name}'`, value);
        }, parameter.value),
      ]),
    );
  }

  /** What a pass of training makes of hidden layers, where a regularizer looks at them. */
  #hidden(): Pick<ForwardContext, 'hidden'> {
    const changing = this.recipe.regularizers.filter(({ hooks }) => hooks.hidden);
    if (changing.length === 0) return {};
    return {
      hidden: (given, layer) =>
        changing.reduce((outputs, { name, hooks }) => {
          const changed: unknown = inScope(name, () => hooks.hidden?.(outputs, layer, this.#hookContext(name)));
          const what = `regularizer '${name}', hidden layer '${layer}'`;
          if (!Array.isArray(changed) || changed.length !== outputs.length)
            throw pluginInvalid(`${what}: found ${valueText(changed)}; expected a list of ${outputs.length}.`);
          return mapSeveral(outputs, (output, i) => checkTensor(changed[i], `${what}, output ${i}`, output));
        }, given),
    };
  }

  #forwardContext(values: ReadonlyMap<unknown, Tensor>, updatesStates: boolean): ForwardContext {
    return {
      ...this.inputs.contextOf(''),
      value: (of) => values.get(of) ?? this.#valueOf(of, 'model'),
      update: (state, value) => void (updatesStates && state.variable.assign(value)),
      frozen: (owned) => owned.role !== 'state' && !this.recipe.optimizer.trained.includes(owned as Parameter),
    };
  }

  #hookContext(name: string): HookContext {
    return {
      ...this.inputs.contextOf(name),
      value: (of) => this.#valueOf(of, name),
      update: (state, value) => void state.variable.assign(value),
      outputs: this.recipe.model.outputs,
      targets: this.recipe.scoring.expectedTargets,
      hiddenLayers: hiddenLayers(this.recipe.model.composition),
    };
  }

  #valueOf(of: Parameters<ForwardContext['value']>[0], label: string): Tensor {
    return isOwned(of) ? of.variable.value : this.inputs.value(of, label);
  }
}

/** `clip`, or `clip/before` and `clip/after`. */
function figuresByName(
  transform: string,
  figures: Tensor | Readonly<Record<string, Tensor>> | undefined,
): (readonly [string, Tensor])[] {
  if (figures === undefined) return [];
  if (figures instanceof Tensor) return [[transform, figures]];
  return Object.entries(figures).map(([name, figure]) => [`${transform}/${name}`, figure]);
}

/** A batch as a hook returns it: other values, but as many inputs, targets and examples. */
function checkChangedBatch(changed: unknown, { inputs, targets }: TracedBatch, what: string): TracedBatch {
  const given = (changed ?? {}) as Partial<TracedBatch>;
  const [examples = 0] = inputs[0].shape;
  const check = (name: 'inputs' | 'targets', before: readonly Tensor[]): void => {
    const list: unknown = given[name];
    if (!Array.isArray(list) || list.length !== before.length)
      throw pluginInvalid(`${what}: its ${name} are no list of ${before.length}; return { inputs, targets, weights }.`);
    list.forEach((value: unknown, i) => {
      const { shape } = checkTensor(value, `${what}, ${name} ${i}`);
      if (shape[0] !== examples)
        throw pluginInvalid(`${what}: ${name} ${i} has the shape ${formatShape(shape)} for ${examples} examples.`);
    });
  };
  check('inputs', inputs);
  check('targets', targets);
  if (given.weights) checkTensor(given.weights, `${what}, weights`);
  return { ...(given as TracedBatch), inputs: severalOf(given.inputs!) };
}

function isOwned(of: Parameters<ForwardContext['value']>[0]): of is Parameter | State {
  return typeof of === 'object' && 'variable' in of;
}
