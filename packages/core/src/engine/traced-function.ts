import { AdjointError } from '../errors.js';
import { inputPrimitive } from '../graph/primitives/input.js';
import { isNodeOf } from '../graph/primitive.js';
import { variablePrimitive } from '../graph/primitives/variable.js';
import { stepInputPrimitive } from '../graph/scan/scan-body.js';
import type { Tensor, TensorType } from '../graph/tensor.js';
import { topologicalOrder } from '../graph/topological-order.js';
import { valueText } from '../registry/options/index.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { checkDType } from '../tensor/dtype.js';
import { distinct, inspectable } from '../tensor/inspectable.js';
import { checkShape, formatShape, type Shape } from '../tensor/shape.js';
import { BoundedCache } from './bounded-cache.js';
import type { Device } from './device.js';
import type { Compiled, Engine } from './engine.js';
import type { ProgramMemory } from './program-memory.js';
import { CompiledFunction, type Binding, type BoundGraph } from './compiled-function.js';
import { Trace } from './trace.js';
import type { Variable } from './variable.js';

/** Builds outputs from inputs. It is called once per combination of input types, so it must depend on nothing else. */
export type Traceable = (inputs: readonly Tensor[]) => readonly Tensor[];

/** Programs kept per function: shapes of training and evaluation, full and partial batches. */
const cachedFunctions = 32;

/** Refuses what is no list of types before it becomes a key. */
function checkTypes(types: readonly TensorType[], name: string): void {
  if (!Array.isArray(types)) {
    throw new AdjointError(
      'DATA_INVALID',
      `${name}: the inputs come as a list of host tensors, such as [hostTensor([1, 2])]; found ${typeof types}.`,
    );
  }
  types.forEach((type: unknown, i) => {
    const { shape, dtype } = (type ?? {}) as Partial<TensorType>;
    checkDType(dtype, `${name}, input ${i}`);
    checkShape(shape as Shape, `${name}, input ${i}`);
  });
}

/** @throws AdjointError `OPERAND_INVALID` unless it is what `app.trace` made. */
export function checkTraced(traced: unknown, what: string): void {
  if (!(traced instanceof TracedFunction))
    throw new AdjointError('OPERAND_INVALID', `${what}: found ${valueText(traced)}; pass what app.trace(…) returned.`);
}

/** A function over host tensors that runs as one program per combination of input types. */
export class TracedFunction {
  readonly #functions = new BoundedCache<CompiledFunction>(
    cachedFunctions,
    (compiled) => {
      compiled.release();
      this.#memories.delete(compiled.memory);
    },
    ({ memory }) => memory.constantBytes,
  );
  /** What its programs hold, freed when this function is collected. */
  readonly #memories = new Set<ProgramMemory>();

  /** @internal Use engine.trace. */
  constructor(
    readonly engine: Engine,
    readonly device: Device,
    readonly build: Traceable,
    readonly name: string,
    readonly onCompiled?: (compiled: Compiled) => void,
  ) {
    if (typeof build !== 'function')
      throw new AdjointError(
        'OPERAND_INVALID',
        `trace: found ${valueText(build)}; give a function from tensors to tensors.`,
      );
    const memories = this.#memories;
    engine.freeWith(this, () => memories.forEach((memory) => memory.release()));
    distinct(this, 'engine', 'device', 'build', 'onCompiled');
  }

  /** Runs the program for these inputs, compiling it if their types are new; returns fresh host arrays. */
  call(inputs: readonly HostTensor[]): Promise<HostTensor[]> {
    return this.engine.exclusively(async () => (await this.#compiled(inputs)).run(inputs));
  }

  /** The program for these input types. */
  prepare(types: readonly TensorType[]): Promise<CompiledFunction> {
    return this.engine.exclusively(() => this.#compiled(types));
  }

  /** Milliseconds of each kernel for one run; changes variables as a call does. See CompiledFunction.profile. */
  profile(inputs: readonly HostTensor[]): Promise<number[] | undefined> {
    return this.engine.exclusively(async () => (await this.#compiled(inputs)).profile(inputs));
  }

  /** The graph that the function builds for these input types, before it is compiled. */
  graph(types: readonly TensorType[]): BoundGraph {
    checkTypes(types, this.name);
    return this.#trace(types);
  }

  async #compiled(types: readonly TensorType[]): Promise<CompiledFunction> {
    checkTypes(types, this.name);
    const key = types.map(({ dtype, shape }) => `${dtype}[${shape.join(',')}]`).join(';');
    const known = this.#functions.get(key);
    if (known) return known;
    const start = performance.now();
    const compiled = await CompiledFunction.create(this.device, this.name, this.#trace(types));
    this.#functions.set(key, compiled);
    this.#memories.add(compiled.memory);
    const summary = this.engine.report(this.name, compiled, performance.now() - start);
    this.onCompiled?.(summary);
    return compiled;
  }

  #trace(types: readonly TensorType[]): BoundGraph {
    const trace = new Trace(this.engine, types);
    const outputs = trace.recordFunction(this.build);
    const updates = [...trace.writes].map(([variable, value]) => ({ leaf: trace.reads.get(variable)!, value }));
    const variables = new Map<Tensor, Variable>([...trace.reads].map(([variable, leaf]) => [leaf, variable]));
    const leaves = topologicalOrder([...outputs, ...updates.flatMap(({ leaf, value }) => [leaf, value])]).filter(
      (node) => node.primitive.lowering.kind === 'leaf',
    );
    const bindings = leaves.map((leaf) => this.#binding(leaf, trace, variables));
    trace.end();
    return { graph: { outputs, updates, leaves }, bindings };
  }

  #binding(leaf: Tensor, trace: Trace, variables: ReadonlyMap<Tensor, Variable>): Binding {
    const computed = trace.computed.get(leaf);
    if (computed) return { kind: 'computed', ...computed };
    if (leaf.primitive === inputPrimitive && leaf.evaluator === trace) {
      return { kind: 'argument', index: trace.inputs.indexOf(leaf) };
    }
    const variable = variables.get(leaf);
    if (variable) return { kind: 'variable', variable };
    if (leaf.value) return { kind: 'constant', value: leaf.value.data };
    const what = isNodeOf(leaf, stepInputPrimitive)
      ? 'a tensor of the body of a scan, outside of it; return it from the step as a carry or output'
      : isNodeOf(leaf, variablePrimitive)
        ? "a variable's value that was taken before the trace; take variable.value inside the function"
        : 'a tensor of another trace; pass it as an input';
    throw new AdjointError(
      'GRAPH_READ_IN_TRACE',
      `${this.name}: the function uses ${what} (${leaf.dtype} ${formatShape(leaf.shape)}).`,
    );
  }
}

inspectable(TracedFunction, ({ name }) => `TracedFunction '${name}': await call([hostTensor, …])`);
