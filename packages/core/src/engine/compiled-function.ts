import type { DeviceBuffer } from '../backend/backend.js';
import { compileGraph, type Graph } from '../compiler/compile.js';
import { storageBytes, withoutNodes, type Program, type Storage } from '../compiler/program.js';
import type { TensorType } from '../graph/tensor.js';
import type { TypedArray } from '../tensor/dtype.js';
import { checkedArray, checkedElements, type HostTensor } from '../tensor/host-tensor.js';
import { sizeOf } from '../tensor/shape.js';
import type { Device } from './device.js';
import { ProgramMemory } from './program-memory.js';
import type { HostInput } from './trace.js';
import type { Variable } from './variable.js';

/** What a leaf of a graph is bound to when its program runs. */
export type Binding =
  | { readonly kind: 'argument'; readonly index: number }
  /** Computed by the host and written before each run; `name` says in errors whose it is. */
  | ({ readonly kind: 'computed' } & HostInput)
  /** Written once. */
  | { readonly kind: 'constant'; readonly value: TypedArray }
  | { readonly kind: 'variable'; readonly variable: Variable };

/** A graph, and what each of its leaves is bound to. */
export interface BoundGraph {
  readonly graph: Graph;
  /** In the order of `graph.leaves`. */
  readonly bindings: readonly Binding[];
}

interface Input {
  /** Among the bound buffers. */
  readonly index: number;
  readonly value: (values: readonly HostTensor[]) => TypedArray;
}

/** A compiled program with its buffers: hand arguments over, run, read outputs. */
export class CompiledFunction {
  /** Indices among the bound buffers, by the index of the argument; an argument that nothing depends on has none. */
  readonly argumentPlaces = new Map<number, number>();
  readonly #inputs: Input[] = [];

  private constructor(
    readonly name: string,
    readonly program: Program,
    readonly memory: ProgramMemory,
    readonly outputs: readonly (TensorType & { readonly storage: Storage })[],
  ) {}

  /**
   * Compiles a graph. Its constants are uploaded here, once. `name` says in errors whose inputs do not fit.
   */
  static async create(device: Device, name: string, { graph, bindings }: BoundGraph): Promise<CompiledFunction> {
    const { program: whole, outputs } = compileGraph(graph);
    const program = device.backend.computesLoops ? withoutNodes(whole) : whole;
    const typed = outputs.map((storage, i) => ({
      shape: graph.outputs[i]!.shape,
      dtype: graph.outputs[i]!.dtype,
      storage: program.storages[storage]!,
    }));
    const compiled = await device.withTurn(() => {
      const bound = new CompiledFunction(name, program, new ProgramMemory(device), typed);
      try {
        bindings.forEach((binding, i) => bound.#bind(binding, graph.leaves[i]!));
        return bound;
      } catch (error) {
        bound.release();
        throw error;
      }
    });
    try {
      compiled.memory.executable = await device.backend.compile(program);
      return compiled;
    } catch (error) {
      compiled.release();
      throw error;
    }
  }

  /** Runs the program. The caller holds the engine (Engine.exclusively). Returns fresh host arrays. */
  run(values: readonly HostTensor[]): Promise<HostTensor[]> {
    return this.#withMemory(values, async (arena, bound) => {
      await this.memory.executable!.run(arena, bound);
      return this.#read(bound);
    });
  }

  /** Like run, but returns the milliseconds of each kernel; runs nothing and is `undefined` if the backend cannot tell. */
  profile(values: readonly HostTensor[]): Promise<number[] | undefined> {
    return this.#withMemory(values, async (arena, bound) => this.memory.executable!.profile?.(arena, bound));
  }

  release(): void {
    this.memory.release();
  }

  #bind(binding: Binding, leaf: TensorType): void {
    if (binding.kind === 'variable') return this.memory.bind(binding.variable.buffer);
    const bytes = sizeOf(leaf.shape) * storageBytes(leaf.dtype);
    if (binding.kind === 'constant') {
      const elements = checkedArray(binding.value, leaf, 'a constant');
      this.memory.device.backend.write(this.memory.addConstant(bytes), elements);
      return;
    }
    const value: Input['value'] =
      binding.kind === 'computed'
        ? () => checkedArray(binding.compute(), leaf, binding.name)
        : (values) => checkedElements(values[binding.index]!, leaf, `${this.name}, input ${binding.index}`);
    const index = this.memory.addInput(bytes);
    if (binding.kind === 'argument') this.argumentPlaces.set(binding.index, index);
    this.#inputs.push({ index, value });
  }

  async #withMemory<T>(
    values: readonly HostTensor[],
    work: (arena: DeviceBuffer, bound: readonly DeviceBuffer[]) => Promise<T>,
  ): Promise<T> {
    const { device } = this.memory;
    try {
      const { bound, arena } = await device.withTurn(() => ({
        bound: this.memory.use(),
        arena: device.arena(this.program.arenaBytes),
      }));
      for (const { index, value } of this.#inputs) device.backend.write(bound[index]!, value(values));
      return await work(arena, bound);
    } finally {
      this.memory.rest();
    }
  }

  async #read(bound: readonly DeviceBuffer[]): Promise<HostTensor[]> {
    const { device } = this.memory;
    const results: HostTensor[] = [];
    for (const { shape, dtype, storage } of this.outputs) {
      const { place, size } = storage;
      const buffer = place.kind === 'arena' ? device.arena(0) : bound[place.index]!;
      results.push({ shape, dtype, data: await device.backend.read(buffer, dtype, place.offset, size) });
    }
    return results;
  }
}
