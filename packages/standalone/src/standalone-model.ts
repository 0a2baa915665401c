import {
  classesOf,
  mapSeveral,
  onlyOutput,
  predictInBatches,
  severalOf,
  sizeOf,
  type Composition,
  type Examples,
  type HostTensor,
  type PredictedClass,
  type Several,
  type VaryingType,
} from '@adjoint/core';
import { readElements, writeElements } from '@adjoint/core/backend';
import type { CompiledProgram } from './compiled-program.js';

/** More than a program has steps. */
const allSteps = 2 ** 30;

/** A model that predicts by code from its file, as the model it was made of does. */
export class StandaloneModel {
  /** Types of one example of each output. */
  readonly outputs: Several<VaryingType>;
  readonly #program: CompiledProgram;
  readonly #memory: WebAssembly.Memory;
  readonly #run: (thread: number, threads: number, first: number, end: number) => void;

  /** @internal Use loadStandalone. */
  constructor(
    readonly composition: Composition,
    program: CompiledProgram,
    memory: WebAssembly.Memory,
    run: (thread: number, threads: number, first: number, end: number) => void,
  ) {
    this.outputs = mapSeveral(severalOf(program.outputs), ({ shape, dtype }) => ({ shape, dtype }));
    this.#program = program;
    this.#memory = memory;
    this.#run = run;
  }

  get inputs(): Composition['inputs'] {
    return this.composition.inputs;
  }

  /** What the classes of the first output are called, in the order of their numbers. */
  get classes(): readonly string[] | undefined {
    return this.composition.classes;
  }

  /**
   * The output for examples, one or many: [examples, …output].
   * @throws AdjointError `OPTIONS_INVALID` where the model has several outputs: those are what `predictAll` gives.
   */
  async predict(examples: Examples): Promise<HostTensor> {
    return onlyOutput(this.composition, await this.predictAll(examples));
  }

  /** The class of each example, with its name; see `predictClasses` of a model. */
  async predictClasses(examples: Examples): Promise<PredictedClass[]> {
    const [output] = await this.predictAll(examples);
    return classesOf(output, this.classes, this.#program.scale);
  }

  /** All outputs, in the order of the composition. */
  async predictAll(examples: Examples): Promise<Several<HostTensor>> {
    return predictInBatches({ call: this.#call }, this, examples, { batchSize: this.#program.examples });
  }

  /** The outputs of a run's examples, or of fewer. Nothing is awaited, so that two calls do not meet in memory. */
  readonly #call = (inputs: readonly HostTensor[]): Promise<HostTensor[]> => {
    const { buffer } = this.#memory;
    this.#program.inputs.forEach((address, i) => {
      if (address !== null) writeElements(buffer, address, inputs[i]!.data);
    });
    this.#run(0, 1, 0, allSteps);
    const [examples = 0] = inputs[0]!.shape;
    const outputs = this.#program.outputs.map(({ address, shape, dtype }) => ({
      data: readElements(buffer, dtype, address, examples * sizeOf(shape)),
      shape: [examples, ...shape],
      dtype,
    }));
    return Promise.resolve(outputs);
  };
}
