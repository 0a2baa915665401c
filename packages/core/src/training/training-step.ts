import { gradients } from '../autograd/gradients.js';
import type { Compiled, Engine } from '../engine/engine.js';
import type { Variable } from '../engine/variable.js';
import type { Batch } from '../data/dataset.js';
import { AdjointError } from '../errors.js';
import { zerosLike } from '../graph/operations/index.js';
import type { Tensor } from '../graph/tensor.js';
import type { DType } from '../tensor/dtype.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { sizeOf } from '../tensor/shape.js';
import type { MetricParts } from './metric.js';
import type { SlotTree, SlotVariables } from './optimizer.js';
import { checkSlots } from './plugin-results.js';
import { RecordFunction } from './record-function.js';
import type { TracedBatch } from './scored.js';
import { recordOf } from './batch-types.js';
import { StepInputs, type RunHost } from './step-inputs.js';
import { StepTrace, type Passed, type Recipe, type StepSlots, type Updated } from './step-trace.js';
import { leavesOf, mapLeaves, type Tree } from './tensor-tree.js';
import type { Parts } from './totals.js';

/** Gradients of losses that are divided by the same weight, and that weight. */
interface WeightedGradients {
  readonly loss: Tensor;
  readonly weight: Tensor | number;
  readonly gradients: readonly Tensor[];
}

/** Where gradients of several batches are added up. */
interface Accumulator {
  readonly loss: Variable;
  readonly weight: Variable;
  readonly gradients: readonly Variable[];
}

/** The variables behind StepSlots. */
interface KeptSlots {
  readonly optimizer: SlotVariables;
  readonly transforms: Readonly<Record<string, SlotVariables>>;
}

/** What `gradientsOf` gives of a batch. */
export interface HostGradients {
  readonly parts: Parts;
  readonly losses: readonly {
    readonly loss: HostTensor;
    readonly weight: HostTensor | number;
    readonly gradients: readonly HostTensor[];
  }[];
}

/** What a step tells of its batch. */
export interface StepLosses {
  /** Σ over the losses of weight · mean, as `fit` reports it. */
  readonly loss: HostTensor;
  readonly penalty?: HostTensor;
}

/** The programs of a training step. A batch is one of them; several are one each, and one that applies their gradients. */
export class TrainingStep {
  /** A whole step on one batch. */
  readonly train: RecordFunction<Batch, Parts>;
  /** The same step, whose only results are the loss of the batch and the penalties. */
  readonly losses: RecordFunction<Batch, StepLosses>;
  readonly #accumulate: RecordFunction<Batch, Parts>;
  readonly #apply: RecordFunction<Record<string, never>, Parts>;
  readonly #settle: RecordFunction<Record<string, never>, Record<string, never>>;
  readonly #gradients: RecordFunction<Batch, HostGradients>;
  readonly #gradientsAgain: RecordFunction<Batch, HostGradients>;
  readonly #accumulators = new Map<string, Accumulator>();
  /** What follows a schedule, by the name that `step:end` reports it under. */
  readonly varying = new Map<string, Parameters<StepInputs['value']>[0]>();
  /** State of the optimizer and the transforms. */
  #slots: KeptSlots = { optimizer: {}, transforms: {} };

  constructor(
    readonly engine: Engine,
    readonly recipe: Recipe,
    readonly host: RunHost,
    readonly dtype: DType,
    onCompiled: (compiled: Compiled) => void,
  ) {
    const define = <I, O>(name: string, build: RecordFunction<I, O>['build']): RecordFunction<I, O> =>
      new RecordFunction<I, O>(engine, name, build, onCompiled);
    this.train = define('train', (batch) => this.#train(batch, (trace, fed) => trace.measure(fed)));
    this.losses = define('train', (batch) => this.#train(batch, lossesOf));
    this.#accumulate = define('accumulate', (batch) => this.#addGradients(batch));
    this.#apply = define('apply', () => this.#applyGradients());
    this.#settle = define('settle', () => this.#settleValues());
    this.#gradients = define('gradients', (batch) => this.#gradientsFor(batch, true));
    this.#gradientsAgain = define('gradients', (batch) => this.#gradientsFor(batch, false));
  }

  /** Allocates the slots of the optimizer and the transforms, and sets the states of the regularizers. */
  async prepare(): Promise<void> {
    const { optimizer, transforms, regularizers } = this.recipe;
    const { parameters } = new StepTrace(this.recipe, this.inputs(), { optimizer: {}, transforms: {} });
    const initial = {
      optimizer: optimizer.init(parameters),
      transforms: Object.fromEntries(
        transforms.map(({ name, transform }) => [
          name,
          checkSlots(transform.init?.(parameters) ?? {}, `gradient transform '${name}', init`),
        ]),
      ),
    };
    const leaves = leavesOf<Tensor>(initial);
    const values = await this.engine.evaluate(leaves.map(([, leaf]) => (leaf.evaluator ? leaf : this.#own(leaf))));
    let next = 0;
    this.#slots = mapLeaves<Tensor, Variable>(initial, (_, path) =>
      this.engine.variable(values[next++]!, { name: path }),
    ) as unknown as KeptSlots;
    for (const { begin } of regularizers) await begin();
  }

  /** All that is kept from step to step beside the model, by name: `optimizer/…`, `transform/…`, `regularizer/…`. */
  variables(): Map<string, Variable> {
    const { optimizer, transforms } = this.#slots;
    const states = this.recipe.regularizers.flatMap((regularizer) => regularizer.states);
    return new Map([
      ...leavesOf<Variable>({ optimizer, transform: transforms }),
      ...states.map(({ name, variable }) => [`regularizer/${name}`, variable] as const),
    ]);
  }

  /** One update from one batch or from several together; returns what is kept of each. */
  async run(batches: readonly Batch[]): Promise<Parts[]> {
    const [only] = batches;
    if (only && batches.length === 1) return [await this.train.call(recordOf(only))];
    const parts: Parts[] = [];
    for (const batch of batches) parts.push(await this.#accumulate.call(recordOf(batch)));
    parts.push(await this.#apply.call({}));
    return parts;
  }

  /** Losses and gradients at the present values, without an update; running statistics see the first call alone. */
  gradientsOf(batch: Batch, isFirst: boolean): Promise<HostGradients> {
    return (isFirst ? this.#gradients : this.#gradientsAgain).call(recordOf(batch));
  }

  /** Constraints and averages after the host has set new values. */
  async settle(): Promise<void> {
    if (this.recipe.regularizers.some(({ hooks }) => hooks.constraint || hooks.average)) await this.#settle.call({});
  }

  /** A trace of evaluation: the values that evaluation uses, and its inputs. */
  evaluationTrace(): StepTrace {
    return this.#trace(this.inputs(false));
  }

  #train<T>(batch: TracedBatch, resultsOf: (trace: StepTrace, fed: TracedBatch) => T): T {
    const trace = this.#trace();
    const fed = trace.feed(batch);
    const updated = trace.update((values) => trace.lossAndGradients(fed, values));
    const results = resultsOf(trace, fed);
    this.#assign(trace, updated);
    return results;
  }

  #addGradients(batch: TracedBatch): Record<string, MetricParts> {
    const trace = this.#trace();
    const fed = trace.feed(batch);
    const passed = this.#pass(trace, fed, true);
    for (const [key, { loss, weight, gradients: given }] of weighted(trace, fed, passed)) {
      const sums = this.#accumulator(key, loss.dtype);
      const add = (sum: Variable, value: Tensor): void => void sum.assign(sum.value.add(value.mul(weight)));
      void sums.weight.assign(sums.weight.value.add(weight));
      add(sums.loss, loss);
      sums.gradients.forEach((sum, i) => add(sum, given[i]!));
    }
    return trace.measure(fed, passed);
  }

  #applyGradients(): Record<string, MetricParts> {
    const trace = this.#trace();
    const sums = [...this.#accumulators.values()];
    const mean = (of: (sum: Accumulator) => Variable): Tensor =>
      sums.map((sum) => of(sum).value.div(nonZero(sum.weight.value))).reduce((total, part) => total.add(part));
    const given = trace.parameters.map((_, i) => mean(({ gradients: own }) => own[i]!));
    const loss = mean((sum) => sum.loss);
    const values = trace.parameters.map(({ value }) => value);
    const updated = trace.update((other) => {
      if (other)
        throw new AdjointError(
          'OPTIONS_INVALID',
          'fit: this optimizer takes gradients at several points, and cannot do so when they are accumulated over batches; leave out accumulate, or use another optimizer.',
        );
      return { loss, gradients: trace.transform(given, values) };
    });
    this.#assign(trace, updated);
    for (const { loss: own, weight, gradients: all } of sums)
      for (const sum of [own, weight, ...all]) void sum.assign(zerosLike(sum.value));
    return trace.noted;
  }

  #settleValues(): Record<string, never> {
    const trace = this.#trace();
    trace.settle(trace.parameters.map(({ value }) => value));
    return {};
  }

  #gradientsFor(batch: TracedBatch, isFirst: boolean): Tree<Tensor | number> {
    const trace = this.#trace();
    const fed = trace.feed(batch);
    const passed = this.#pass(trace, fed, isFirst);
    const losses = [...weighted(trace, fed, passed).values()].map((part) => ({ ...part }));
    return { parts: isFirst ? trace.measure(fed, passed) : {}, losses };
  }

  #pass(trace: StepTrace, fed: TracedBatch, updatesStates: boolean): Passed {
    return trace.forward(
      fed,
      trace.parameters.map(({ value }) => value),
      updatesStates,
    );
  }

  #assign(trace: StepTrace, { values, slots }: Updated): void {
    trace.settle(values);
    const variables = new Map(leavesOf<Variable>({ ...this.#slots }));
    for (const [path, value] of leavesOf<Tensor>({ ...slots })) void variables.get(path)?.assign(value);
  }

  #accumulator(key: string, dtype: DType): Accumulator {
    const known = this.#accumulators.get(key);
    if (known) return known;
    const zeros = (name: string, shape: readonly number[], type: DType): Variable =>
      this.engine.variable(new Float64Array(sizeOf(shape)), { name: `${key}/${name}`, shape, dtype: type });
    const made = {
      loss: zeros('loss', [], dtype),
      weight: zeros('weight', [], dtype),
      gradients: this.recipe.optimizer.trained.map(({ name, variable }) =>
        zeros(name, variable.type.shape, variable.type.dtype),
      ),
    };
    this.#accumulators.set(key, made);
    return made;
  }

  #trace(inputs = this.inputs()): StepTrace {
    const read = (tree: SlotVariables): SlotTree =>
      mapLeaves<Variable, Tensor>(tree, (variable) => variable.value) as SlotTree;
    const { optimizer, transforms } = this.#slots;
    const slots: StepSlots = {
      optimizer: read(optimizer),
      transforms: Object.fromEntries(Object.entries(transforms).map(([name, tree]) => [name, read(tree)])),
    };
    return new StepTrace(this.recipe, inputs, slots);
  }

  /** What the host computes, for one trace. */
  inputs(training = true): StepInputs {
    return new StepInputs(this.host, this.dtype, training, this.varying);
  }

  /** A graph of literals alone, brought to this engine. */
  #own(value: Tensor): Tensor {
    return value.add(this.engine.tensor(0, [], value.dtype));
  }
}

function lossesOf(trace: StepTrace, fed: TracedBatch): Record<string, Tensor> {
  const { total, penalty } = trace.reported(fed);
  return { loss: total, ...(penalty && { penalty }) };
}

/**
 * Gradients of a batch by what their losses are divided by, so that sums over batches can be divided by sums of weights:
 * Σ_k W_k·∇L_k / Σ_k W_k is the gradient of all batches as one.
 */
function weighted(trace: StepTrace, { inputs, weights }: TracedBatch, passed: Passed): Map<string, WeightedGradients> {
  const [examples = 1] = inputs[0].shape;
  const sums = new Map<string, { loss: Tensor; readonly weight: Tensor | number }>();
  const add = (key: string, loss: Tensor, weight: Tensor | number): void => {
    const known = sums.get(key);
    if (known) known.loss = known.loss.add(loss);
    else sums.set(key, { loss, weight });
  };
  passed.losses.forEach(({ mean, factor, weight, hasWeights }, i) => {
    const loss = factor ? mean.mul(factor) : mean;
    if (hasWeights) add(`loss ${i}`, loss, weight);
    else if (weights) add('weights', loss, weights.sum());
    else add('examples', loss, examples);
  });
  if (passed.penalty) add('examples', passed.penalty, examples);
  const values = trace.parameters.map(({ value }) => value);
  return new Map([...sums].map(([key, sum]) => [key, { ...sum, gradients: gradients(sum.loss, values) }]));
}

function nonZero(weight: Tensor): Tensor {
  return weight.add(weight.equal(0).cast(weight.dtype));
}
