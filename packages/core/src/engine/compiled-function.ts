import type { DeviceBuffer, Executable } from '../backend/backend.js';
import { compileGraph, type Graph } from '../compiler/compile.js';
import { storageBytes, type Program, type Storage } from '../compiler/program.js';
import type { TensorType } from '../graph/tensor.js';
import type { TypedArray } from '../tensor/dtype.js';
import { checkedArray, checkedElements, type HostTensor } from '../tensor/host-tensor.js';
import type { Engine } from './engine.js';

/** What a leaf of a graph is bound to when its program runs. */
export type Binding =
  | { readonly kind: 'argument'; readonly index: number }
  /** Computed by the host and written before each run; `name` says in errors whose it is. */
  | { readonly kind: 'computed'; readonly compute: () => TypedArray; readonly name: string }
  /** Written once. */
  | { readonly kind: 'constant'; readonly value: TypedArray }
  | { readonly kind: 'buffer'; readonly buffer: DeviceBuffer };

/** A compiled program with its buffers: hand arguments over, run, read outputs. */
export class CompiledFunction {
  readonly program: Program;
  readonly #outputs: readonly (TensorType & { readonly storage: Storage })[];
  readonly #owned: DeviceBuffer[] = [];
  readonly #inputs: { readonly buffer: DeviceBuffer; readonly value: (values: readonly HostTensor[]) => TypedArray }[] =
    [];
  readonly #bound: DeviceBuffer[] = [];
  #executable: Executable | undefined;

  private constructor(
    readonly engine: Engine,
    readonly name: string,
    program: Program,
    outputs: readonly (TensorType & { readonly storage: Storage })[],
  ) {
    this.program = program;
    this.#outputs = outputs;
  }

  /**
   * Compiles a graph. `bindings` has one entry per leaf; constants of the graph are uploaded here, once. `name` says in
   * errors whose inputs do not fit.
   */
  static async create(
    engine: Engine,
    name: string,
    graph: Graph,
    bindings: readonly Binding[],
  ): Promise<CompiledFunction> {
    const { program, outputs } = compileGraph(graph);
    const compiled = new CompiledFunction(
      engine,
      name,
      program,
      outputs.map((storage, i) => ({
        shape: graph.outputs[i]!.shape,
        dtype: graph.outputs[i]!.dtype,
        storage: program.storages[storage]!,
      })),
    );
    try {
      bindings.forEach((binding, i) => compiled.#bind(binding, graph.leaves[i]!));
      compiled.#executable = await engine.backend.compile(program);
    } catch (error) {
      compiled.release();
      throw error;
    }
    return compiled;
  }

  /** Runs the program. The caller holds the engine (Engine.exclusively). Returns fresh host arrays. */
  async run(values: readonly HostTensor[]): Promise<HostTensor[]> {
    this.#write(values);
    await this.#executable!.run(this.engine.arena(this.program.arenaBytes), this.#bound);
    return this.#read();
  }

  /** Like run, but returns the milliseconds of each kernel; runs nothing and is `undefined` if the backend cannot tell. */
  async profile(values: readonly HostTensor[]): Promise<number[] | undefined> {
    this.#write(values);
    return this.#executable!.profile?.(this.engine.arena(this.program.arenaBytes), this.#bound);
  }

  release(): void {
    for (const buffer of this.#owned) this.engine.backend.release(buffer);
    this.#executable?.release();
    this.#executable = undefined;
  }

  #bind(binding: Binding, leaf: TensorType & { readonly size: number }): void {
    if (binding.kind === 'buffer') {
      this.#bound.push(binding.buffer);
      return;
    }
    const buffer = this.engine.backend.allocate(leaf.size * storageBytes(leaf.dtype));
    this.#owned.push(buffer);
    this.#bound.push(buffer);
    const { backend } = this.engine;
    if (binding.kind === 'constant') backend.write(buffer, checkedArray(binding.value, leaf, 'a constant'));
    else if (binding.kind === 'computed')
      this.#inputs.push({ buffer, value: () => checkedArray(binding.compute(), leaf, binding.name) });
    else
      this.#inputs.push({
        buffer,
        value: (values) => checkedElements(values[binding.index]!, leaf, `${this.name}, input ${binding.index}`),
      });
  }

  #write(values: readonly HostTensor[]): void {
    for (const { buffer, value } of this.#inputs) this.engine.backend.write(buffer, value(values));
  }

  async #read(): Promise<HostTensor[]> {
    const results: HostTensor[] = [];
    for (const { shape, dtype, storage } of this.#outputs) {
      const [buffer, offset] =
        storage.place.kind === 'arena'
          ? [this.engine.arena(0), storage.place.offset]
          : [this.#bound[storage.place.index]!, 0];
      results.push({ shape, dtype, data: await this.engine.backend.read(buffer, dtype, offset, storage.size) });
    }
    return results;
  }
}
