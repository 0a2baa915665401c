import {
  AdjointError,
  hostTensor,
  type BatchTypes,
  type HostTensor,
  type LeafBinding,
  type StepGraph,
  type Tensor,
  type Trainer,
  type TypedArray,
} from '@adjoint/core';
import { count, optional, schemaOf, validateOptions, valueText } from '@adjoint/core/options';
import { simplifyGraph } from '@adjoint/core/backend';
import { emitGraph } from './emit-graph.js';
import { GraphWriter, type GraphValue } from './graph-writer.js';

export interface ExportStepOptions {
  /**
   * How many steps the graph shall hold what the host computes for: corrections of Adam, rates that follow a schedule, draws
   * of mixup. Without it, these are inputs (`hostInputs`), for which `hostValues` has the values.
   */
  readonly steps?: number;
  /** Steps of an epoch, for schedules that go by epochs; all `steps` if not given. */
  readonly stepsPerEpoch?: number;
}

const stepOptions = schemaOf<ExportStepOptions>({ steps: optional(count), stepsPerEpoch: optional(count) });

/** A training step as ONNX, and what it starts from. */
export interface ExportedStep {
  /** The bytes of the model. */
  readonly bytes: Uint8Array;
  /**
   * What goes in at each step and comes out changed: weights (`model/…`), slots (`optimizer/…`) and the number of the step
   * (`step`), with the values at which the trainer stands. The output of `NAME` is called `next/NAME`.
   */
  readonly state: ReadonlyMap<string, HostTensor>;
  /** Names of the inputs that are the batch: `inputs`, `targets` (or `inputs/0`, …), `weights`. */
  readonly batch: readonly string[];
  /** Names of the inputs that the host computes before each step; none if `steps` is given. */
  readonly hostInputs: readonly string[];
  /** Values of `hostInputs` at a step. */
  hostValues(step: number): Map<string, HostTensor>;
  /** Outputs beside the state: `loss`, and `penalty` where a regularizer has one. */
  readonly outputs: readonly string[];
}

type Computed = Extract<LeafBinding, { kind: 'computed' }>;

/**
 * A whole update of a trainer as one graph: weights, slots and a batch go in, the loss and the next weights and slots come
 * out, so that a runtime of ONNX trains by running it in a loop. Random numbers are drawn in the graph, as functions of the
 * step. Frozen weights are constants of it.
 * @param batch types of a batch, or one; their shapes are fixed in the graph
 * @throws AdjointError `BACKEND_UNSUPPORTED` for parts of the step that ONNX cannot express
 */
export async function exportTrainingStep(
  trainer: Trainer,
  batch: BatchTypes,
  options: ExportStepOptions = {},
): Promise<ExportedStep> {
  validateOptions(stepOptions, options, 'exportTrainingStep');
  if (typeof (trainer as Partial<Trainer> | null)?.graph !== 'function')
    throw new AdjointError(
      'OPERAND_INVALID',
      `exportTrainingStep: the trainer is ${valueText(trainer)}; pass what app.trainer made.`,
    );
  const step = await trainer.graph(batch);
  const state = (await trainer.state()).tensors;
  return new StepExport(step, state, trainer.step, options).write();
}

class StepExport {
  readonly #writer = new GraphWriter();
  readonly #inputs: GraphValue[] = [];
  readonly #leaves = new Map<Tensor, string>();
  readonly #constants = new Map<Tensor, ArrayLike<number>>();
  readonly #state = new Map<string, HostTensor>();
  readonly #host = new Map<string, { readonly leaf: Tensor; readonly binding: Computed }>();
  #usesStep = false;

  constructor(
    readonly step: StepGraph,
    /** Values of variables by name. */
    readonly values: ReadonlyMap<string, HostTensor>,
    /** The number of the first step. */
    readonly first: number,
    readonly options: ExportStepOptions,
  ) {}

  write(): ExportedStep {
    const { step } = this;
    const writer = this.#writer;
    const { outputs, updates, leaves } = simplifyGraph(step.graph);
    const updated = new Set(updates.map(({ leaf }) => leaf));
    leaves.forEach((leaf, i) => this.#bind(leaf, step.bindings[i]!, updated.has(leaf)));
    const { names } = emitGraph(
      {
        roots: [...outputs, ...updates.map(({ value }) => value)],
        leaves: this.#leaves,
        constants: this.#constants,
      },
      writer,
    );
    const results = [
      ...outputs.map((node, i) => ({ ...valueOf(step.outputs[i] ?? `output_${i}`, node), from: names[i] ?? '' })),
      ...updates.map(({ leaf, value }, i) => ({
        ...valueOf(`next/${this.#leaves.get(leaf) ?? ''}`, value),
        from: names[outputs.length + i] ?? '',
      })),
    ];
    if (this.#usesStep) {
      this.#inputs.push({ name: 'step', dtype: 'int32', dims: [] });
      this.#state.set('step', hostTensor(Int32Array.of(this.first), []));
      const next = writer.node('Add', ['step', writer.scalar(1, 'int32')]);
      results.push({ name: 'next/step', dtype: 'int32', dims: [], from: next });
    }
    const given = new Set(this.#inputs.map(({ name }) => name));
    return {
      bytes: writer.finish(this.#inputs, results, { 'adjoint.first_step': String(this.first) }),
      state: this.#state,
      batch: step.inputs.filter((name) => given.has(name)),
      hostInputs: [...this.#host.keys()],
      hostValues: (at) =>
        new Map(
          [...this.#host].map(([name, { leaf, binding }]) => [
            name,
            hostTensor(this.#valueAt(binding, at), leaf.shape, leaf.dtype),
          ]),
        ),
      outputs: step.outputs,
    };
  }

  #bind(leaf: Tensor, binding: LeafBinding, isUpdated: boolean): void {
    const writer = this.#writer;
    if (binding.kind === 'constant') {
      this.#constants.set(leaf, binding.value);
      this.#leaves.set(leaf, writer.constant({ ...leaf.type, data: binding.value }));
    } else if (binding.kind === 'argument') {
      this.#input(leaf, this.step.inputs[binding.index] ?? `input_${binding.index}`);
    } else if (binding.kind === 'variable') {
      const name = this.step.variables.get(binding.variable) ?? binding.variable.name;
      const value = this.values.get(name);
      if (!value) throw new AdjointError('INTERNAL', `exportTrainingStep: the state has no '${name}'.`);
      if (isUpdated) {
        this.#input(leaf, name);
        this.#state.set(name, value);
      } else this.#leaves.set(leaf, writer.constant(value, writer.reserve(name)));
    } else this.#compute(leaf, binding);
  }

  /** What the host computes: a key is made of the step, a number stays, all else is a table or an input. */
  #compute(leaf: Tensor, binding: Computed): void {
    const writer = this.#writer;
    const { known } = binding;
    if (known?.kind === 'number') {
      this.#leaves.set(leaf, writer.scalar(known.value, leaf.dtype));
    } else if (known?.kind === 'key') {
      const words = writer.constant(hostTensor(Int32Array.from(known.words)));
      const step = writer.node('Reshape', [this.#stepName(), writer.integers([1])]);
      this.#leaves.set(leaf, writer.node('Concat', [words, step], { axis: 0 }));
    } else if (this.options.steps === undefined) {
      const name = `host/${binding.name}`;
      this.#input(leaf, name);
      this.#host.set(name, { leaf, binding });
    } else {
      const rows = Array.from({ length: this.options.steps }, (_, i) => this.#valueAt(binding, this.first + i));
      const data = rows.flatMap((row) => Array.from(row));
      const table = writer.constant(hostTensor(data, [rows.length, ...leaf.shape], leaf.dtype));
      const index = writer.node('Sub', [this.#stepName(), writer.scalar(this.first, 'int32')]);
      this.#leaves.set(leaf, writer.node('Gather', [table, index], { axis: 0 }));
    }
  }

  #valueAt(binding: Computed, step: number): TypedArray {
    const { steps = step + 1, stepsPerEpoch = steps } = this.options;
    const epoch = Math.floor(step / stepsPerEpoch);
    return this.step.hostValue(binding, { step, epoch, totalSteps: this.first + steps, stepsPerEpoch });
  }

  #stepName(): string {
    this.#usesStep = true;
    return this.#writer.reserve('step');
  }

  #input(leaf: Tensor, name: string): void {
    this.#leaves.set(leaf, this.#writer.reserve(name));
    this.#inputs.push(valueOf(name, leaf));
  }
}

function valueOf(name: string, { dtype, shape }: Tensor): GraphValue {
  return { name, dtype, dims: shape };
}
