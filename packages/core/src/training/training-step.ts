import { gradients } from '../autograd/gradients.js';
import type { Compiled, Engine } from '../engine/engine.js';
import { activeTrace } from '../engine/trace.js';
import type { TracedFunction } from '../engine/traced-function.js';
import type { Variable } from '../engine/variable.js';
import { AdjointError } from '../errors.js';
import { inScope } from '../graph/scope.js';
import type { Tensor, TensorType } from '../graph/tensor.js';
import type { BuildContext, HostStep as Progress } from '../model/build-context.js';
import { evaluationContext } from '../model/evaluation-context.js';
import type { Model } from '../model/model.js';
import type { Parameter, State } from '../model/parameter.js';
import type { TypedArray } from '../tensor/dtype.js';
import { severalOf } from '../tensor/several.js';
import { formatShape } from '../tensor/shape.js';
import type { GradientTransform } from './gradient-transform.js';
import type { HostInputs } from './host-inputs.js';
import type { Loss } from './loss.js';
import type { MetricSet } from './metric-set.js';
import type { ParameterValue, Slots, StepContext, StepRule } from './optimizer.js';
import type { Regularizer, TracedBatch } from './regularizer.js';

/** What a training program is made of. */
export interface Recipe {
  readonly model: Model;
  readonly loss: Loss;
  readonly optimizer: StepRule;
  readonly transforms: readonly { readonly name: string; readonly transform: GradientTransform }[];
  readonly regularizers: readonly { readonly name: string; readonly regularizer: Regularizer }[];
  readonly metrics: MetricSet;
}

/** What the host knows of the step that is about to run. */
export interface HostStep extends Progress {
  readonly learningRate: number;
}

/**
 * The training step of a trainer, one program in this order: batch hooks, target hooks, parameters as used forward,
 * forward, loss and penalties, gradients, gradient transforms, optimizer, constraints, metrics.
 */
export class TrainingStep {
  /**
   * Inputs: those of the model, targets, metric states. Outputs: the loss with its penalties, metric states after this
   * batch, and of this batch alone.
   */
  readonly train: TracedFunction;
  /** State of the optimizer and the transforms, by name. */
  readonly slots = new Map<string, Variable>();

  constructor(
    readonly engine: Engine,
    readonly recipe: Recipe,
    readonly host: () => HostStep,
    onCompiled: (compiled: Compiled) => void,
  ) {
    this.train = engine.trace((inputs) => this.#train(inputs), 'train', onCompiled);
  }

  /** Allocates the slots of the optimizer and the transforms. */
  async prepare(): Promise<void> {
    const { optimizer, transforms } = this.recipe;
    const parameters = this.#parameters();
    const initial = new Map<string, Tensor>(Object.entries(optimizer.init(parameters)));
    for (const { name, transform } of transforms) {
      for (const [slot, value] of Object.entries(transform.init?.(parameters) ?? {}))
        initial.set(`${name}/${slot}`, value);
    }
    const values = await this.engine.evaluate(
      [...initial.values()].map((value) => (value.evaluator ? value : this.#own(value))),
    );
    [...initial.keys()].forEach((name, i) => this.slots.set(name, this.engine.variable(values[i]!, { name })));
  }

  #train(inputs: readonly Tensor[]): Tensor[] {
    const { model, optimizer, regularizers } = this.recipe;
    const count = model.inputs.length;
    const context = this.#stepContext();
    const hooks = regularizers.map(({ name, regularizer }) => ({
      name,
      regularizer,
      context: { outputs: model.output.shape.at(-1) ?? 1, ...this.#hostInputs(name) },
    }));
    let fed: TracedBatch = { inputs: inputs.slice(0, count), targets: inputs[count]! };
    for (const { name, regularizer, context: own } of hooks)
      fed = inScope(name, () => regularizer.batch?.(fed, own)) ?? fed;
    let { targets } = fed;
    for (const { name, regularizer, context: own } of hooks)
      targets = inScope(name, () => regularizer.targets?.(targets, own)) ?? targets;

    const parameters = this.#parameters();
    const evaluation = evaluationContext(model.dtype);
    const keys = new Map<string, Tensor>();
    let first: { readonly output: Tensor; readonly loss: Tensor } | undefined;
    const nextTransformSlots = new Map<string, Tensor>();
    const lossAndGradients = (values = parameters.map(({ value }) => value)): readonly Tensor[] =>
      inScope(undefined, () => differentiate(values));
    const differentiate = (values: readonly Tensor[]): readonly Tensor[] => {
      const isFirst = first === undefined;
      const at = parameters.map((parameter, i) => ({ ...parameter, value: values[i]! }));
      const used = at.map((parameter) =>
        hooks.reduce(
          (value, { name, regularizer, context: own }) =>
            inScope(name, () => regularizer.parameter?.({ ...parameter, value }, own)) ?? value,
          parameter.value,
        ),
      );
      const byParameter = new Map<Parameter | State, Tensor>(
        model.parameters.map((parameter, i) => [parameter, used[i]!]),
      );
      const [output] = model.apply(severalOf(fed.inputs), {
        ...evaluation,
        ...this.#layerInputs(),
        training: true,
        value: (of) => byParameter.get(of as Parameter) ?? evaluation.value(of),
        update: (state, value) => void (isFirst && state.variable.assign(value)),
        random: (place = '') => {
          const known = keys.get(place);
          if (known) return known;
          const key = this.#key(place);
          keys.set(place, key);
          return key;
        },
      });
      const loss = inScope('loss', () => this.recipe.loss(output, targets));
      if (loss.rank !== 0)
        throw new AdjointError(
          'SHAPE_MISMATCH',
          `The loss has shape ${formatShape(loss.shape)}; it must be a scalar, such as the mean over the batch.`,
        );
      const total = hooks.reduce((sum, { name, regularizer, context: own }) => {
        const penalty = inScope(name, () => regularizer.penalty?.(at, own));
        return penalty ? sum.add(penalty) : sum;
      }, loss);
      first ??= { output, loss: total };
      return this.#transform(gradients(total, values), at, context, nextTransformSlots);
    };

    const slotValues: Slots = Object.fromEntries([...this.slots].map(([name, variable]) => [name, variable.value]));
    const { values, slots } = inScope('optimizer', () =>
      optimizer.step({ ...context, parameters, slots: slotValues, lossAndGradients }),
    );
    if (!first) lossAndGradients();
    values.forEach((value, i) => {
      const parameter = parameters[i]!;
      const kept = hooks.reduce(
        (at, { name, regularizer }) => inScope(name, () => regularizer.constraint?.({ ...parameter, value: at })) ?? at,
        value,
      );
      void model.parameters[i]!.variable.assign(kept);
    });
    for (const [name, value] of [...Object.entries(slots), ...nextTransformSlots]) {
      const variable = this.slots.get(name);
      if (!variable)
        throw new AdjointError(
          'OPTIONS_INVALID',
          `The optimizer returns a slot '${name}' that its init did not declare; return the slots of init, no others.`,
        );
      void variable.assign(value);
    }
    const measured = { ...first!, targets: fed.targets };
    const { metrics } = this.recipe;
    return [measured.loss, ...metrics.update(measured, inputs.slice(count + 1)), ...metrics.update(measured)];
  }

  #parameters(): ParameterValue[] {
    return this.recipe.model.parameters.map(({ name, role, variable }) => ({ name, role, value: variable.value }));
  }

  #transform(
    given: readonly Tensor[],
    parameters: readonly ParameterValue[],
    context: StepContext,
    next: Map<string, Tensor>,
  ): readonly Tensor[] {
    return this.recipe.transforms.reduce((current, { name, transform }) => {
      const slots = Object.fromEntries(
        [...this.slots].flatMap(([key, variable]) =>
          key.startsWith(`${name}/`) ? [[key.slice(name.length + 1), variable.value]] : [],
        ),
      );
      const result = inScope(name, () =>
        transform.update(current, { ...context, ...this.#hostInputs(name), parameters, slots }),
      );
      for (const [slot, value] of Object.entries(result.slots ?? {})) next.set(`${name}/${slot}`, value);
      return result.gradients;
    }, given);
  }

  #stepContext(): StepContext {
    return {
      ...this.#hostInputs('optimizer'),
      learningRate: hostInput('learningRate', { shape: [], dtype: 'float32' }, () =>
        Float32Array.of(this.host().learningRate),
      ),
      scalar: (name, compute) =>
        hostInput(name, { shape: [], dtype: 'float32' }, () => Float32Array.of(compute(this.host().step + 1))),
    };
  }

  #hostInputs(owner: string): HostInputs {
    return {
      random: (place = '') => this.#key(`${owner}/${place}`),
      stepInput: (name, type, compute) =>
        hostInput(`${owner}/${name}`, type, () => {
          const { step, random } = this.host();
          return compute(step, random.child(`${owner}/${name}/${step}`));
        }),
    };
  }

  /** What layers have the host compute. */
  #layerInputs(): Pick<BuildContext, 'input' | 'scalar'> {
    const input: BuildContext['input'] = (name, type, compute) =>
      hostInput(type, () => {
        const host = this.host();
        return compute({ ...host, random: host.random.child(`${name}/${host.step}`) });
      });
    return {
      input,
      scalar: (name, compute) => input(name, { shape: [], dtype: 'float32' }, (at) => Float32Array.of(compute(at))),
    };
  }

  /** A random key of a place and the present step. */
  #key(place: string): Tensor {
    return hostInput(`${place}.key`, { shape: [3], dtype: 'int32' }, () => {
      const { random, step } = this.host();
      return Int32Array.of(...random.child(place).state.key, step);
    });
  }

  /** A graph of literals alone, brought to this engine. */
  #own(value: Tensor): Tensor {
    return value.add(this.engine.tensor(0, [], value.dtype));
  }
}

/** `name` tells people what the input is: in errors, and where programs are shown. */
function hostInput(name: string, type: TensorType, compute: () => TypedArray): Tensor {
  return activeTrace()!.hostInput(type, compute, name);
}
