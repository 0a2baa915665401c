import type { Backend } from '../backend/backend.js';
import { AdjointError } from '../errors.js';
import '../graph/fluent.js';
import { nodeKey } from '../graph/node-key.js';
import { isNodeOf } from '../graph/primitive.js';
import { constant } from '../graph/primitives/constant.js';
import { stepInputPrimitive } from '../graph/scan/scan-body.js';
import type { Evaluator, Tensor } from '../graph/tensor.js';
import { topologicalOrder } from '../graph/topological-order.js';
import { array, natural, oneOf, optional, schemaOf, string, validateOptions } from '../registry/options/index.js';
import type { DType } from '../tensor/dtype.js';
import { hostTensor, type HostTensor, type TensorLike } from '../tensor/host-tensor.js';
import { distinct, inspectable } from '../tensor/inspectable.js';
import type { Shape } from '../tensor/shape.js';
import { BoundedCache } from './bounded-cache.js';
import { CompiledFunction } from './compiled-function.js';
import { Device } from './device.js';
import { TracedFunction, type Traceable } from './traced-function.js';
import { Variable, type VariableOptions } from './variable.js';

/** Shape and dtype are looked at with the value. */
const variableOptions = schemaOf<VariableOptions>({
  name: optional(string),
  shape: optional(array(natural)),
  dtype: optional(oneOf('float32', 'float64', 'int32', 'bool')),
});

/** After so many bytes were taken from the device, the event loop gets a turn. */
const turnBytes = 64 * 2 ** 20;

/** What compiling a program came to. */
export interface Compiled {
  /** Of the traced function; `expression` for a graph that was read outside of one. */
  readonly name: string;
  readonly kernels: number;
  readonly arenaBytes: number;
  readonly milliseconds: number;
}

export interface EngineOptions {
  /** Called after a program was compiled. */
  readonly onCompiled?: (compiled: Compiled) => void;
  /** Programs kept for graphs that are read outside traced functions; 256 if not given. */
  readonly cachedFunctions?: number;
}

/** Computes graphs on one backend: compiles them, caches by structure, owns variables and the arena. */
export class Engine implements Evaluator {
  readonly #functions: BoundedCache<CompiledFunction>;
  readonly #variableOf = new WeakMap<Tensor, Variable>();
  readonly #device: Device;
  /** Frees what collected variables and functions held. */
  readonly #orphans = new FinalizationRegistry<() => void>((release) => release());
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(
    readonly backend: Backend,
    readonly options: EngineOptions = {},
  ) {
    this.#device = new Device(backend);
    this.#functions = new BoundedCache<CompiledFunction>(options.cachedFunctions ?? 256, (compiled) =>
      compiled.release(),
    );
    distinct(this, 'backend', 'options');
  }

  /** A tensor with the given value. A typed array is taken as it is: do not change it while the tensor is in use. */
  tensor(value: TensorLike, shape?: Shape, dtype?: DType): Tensor {
    return constant(hostTensor(value, shape, dtype), this);
  }

  /** State with an initial value; see Variable. */
  variable(initial: TensorLike, options: VariableOptions = {}): Variable {
    this.assertOpen();
    validateOptions(variableOptions, options, 'variable');
    const { name = 'variable', shape, dtype } = options;
    return new Variable(this, this.#device, hostTensor(initial, shape, dtype), name);
  }

  /** Calls `release` once `owner` is collected; it must not refer to the owner. @internal */
  freeWith(owner: object, release: () => void): void {
    this.#orphans.register(owner, release);
  }

  /** Bytes of device memory that this engine holds at present. */
  get heldBytes(): number {
    return this.#device.heldBytes;
  }

  /** @internal */
  bindVariable(tensor: Tensor, variable: Variable): void {
    this.#variableOf.set(tensor, variable);
  }

  /**
   * A function that is traced once per input types and from then on runs as one program, with the variables it touches
   * updated in place. `name` shows in profiles and events; `onCompiled` is called after each compilation.
   */
  trace(build: Traceable, name = 'function', onCompiled?: (compiled: Compiled) => void): TracedFunction {
    return new TracedFunction(this, this.#device, build, name, onCompiled);
  }

  /** Computes tensors together. Each keeps its value. */
  evaluate(tensors: readonly Tensor[]): Promise<HostTensor[]> {
    return this.exclusively(async () => {
      const missing = [...new Set(tensors.filter((tensor) => !tensor.value))];
      if (missing.length > 0) {
        const { key, leaves, values } = this.#structure(missing);
        let compiled = this.#functions.get(key);
        if (!compiled) this.#functions.set(key, (compiled = await this.#compile(missing, leaves)));
        const results = await compiled.run(await values());
        missing.forEach((tensor, i) => (tensor.value = results[i]!));
      }
      return tensors.map((tensor) => tensor.value!);
    });
  }

  /** Runs `work` when everything asked for before is done: programs share the arena and must not overlap. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(async () => {
      this.assertOpen();
      // Memory of what was collected comes back in a turn of its own, which a loop that only awaits programs never leaves.
      if (this.#device.takenSinceTurn > turnBytes) await this.#device.turn();
      return work();
    });
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Frees all device memory and threads; tensors that are not computed yet stay so. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#functions.clear();
    this.#device.close();
  }

  /** The graph under the tensors, cut at known values: a key of its structure, its leaves and what they hold. */
  #structure(tensors: readonly Tensor[]): { key: string; leaves: Tensor[]; values: () => Promise<HostTensor[]> } {
    const position = new Map<Tensor, number>();
    const leaves: Tensor[] = [];
    const parts: string[] = [];
    for (const node of topologicalOrder(tensors, (tensor) => tensor.value !== undefined)) {
      const isLeaf = node.value !== undefined || node.primitive.lowering.kind === 'leaf';
      if (isLeaf) leaves.push(node);
      parts.push(isLeaf ? `${node.dtype}[${node.shape.join(',')}]` : nodeKey(node, (input) => position.get(input)!));
      position.set(node, position.size);
    }
    parts.push(tensors.map((tensor) => position.get(tensor)).join(','));
    const valueOf = async (node: Tensor): Promise<HostTensor> => {
      if (node.value) return node.value;
      const variable = this.#variableOf.get(node);
      if (!variable)
        throw new AdjointError(
          'GRAPH_READ_IN_TRACE',
          isNodeOf(node, stepInputPrimitive)
            ? 'A tensor of the body of a scan was read, which has a value only while the scan runs; return it from the step as a carry or output instead.'
            : 'A tensor of a traced function was kept and read after the trace ended; return it from the function instead.',
        );
      const buffer = await this.#device.withTurn(() => variable.buffer);
      return { ...variable.type, data: await this.backend.read(buffer, variable.type.dtype, 0, node.size) };
    };
    return { key: parts.join(';'), leaves, values: () => Promise.all(leaves.map(valueOf)) };
  }

  async #compile(tensors: readonly Tensor[], leaves: readonly Tensor[]): Promise<CompiledFunction> {
    const start = performance.now();
    const compiled = await CompiledFunction.create(this.#device, 'expression', {
      graph: { outputs: tensors, updates: [], leaves },
      bindings: leaves.map((_, index) => ({ kind: 'argument', index })),
    });
    this.report('expression', compiled, performance.now() - start);
    return compiled;
  }

  /** @internal */
  report(name: string, { program }: CompiledFunction, milliseconds: number): Compiled {
    const compiled = { name, kernels: program.kernels.length, arenaBytes: program.arenaBytes, milliseconds };
    this.options.onCompiled?.(compiled);
    return compiled;
  }

  /** @throws AdjointError `APP_CLOSED` @internal */
  assertOpen(): void {
    if (this.#closed) throw new AdjointError('APP_CLOSED', 'This app is closed; create another one to compute with.');
  }
}

inspectable(Engine, ({ backend }) => `Engine on ${backend.name}`);
