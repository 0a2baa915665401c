import { AdjointError } from '../errors.js';
import { inputPrimitive } from '../graph/primitives/input.js';
import { leaf } from '../graph/primitives/leaf.js';
import { checkTensors } from '../graph/operand.js';
import { variablePrimitive } from '../graph/primitives/variable.js';
import type { Evaluator, Tensor, TensorType } from '../graph/tensor.js';
import { valueText } from '../registry/options/index.js';
import type { TypedArray } from '../tensor/dtype.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import type { Engine } from './engine.js';
import type { Variable } from './variable.js';

/** What an input that the host computes is known to be, for those who run a program elsewhere. */
export type HostValue =
  /** A random key, int32 [3]: two words, and the number of the step. */
  | { readonly kind: 'key'; readonly words: readonly [number, number] }
  /** The same number in every step. */
  | { readonly kind: 'number'; readonly value: number };

/** A small input that the host fills before each run. */
export interface HostInput {
  readonly name: string;
  readonly compute: () => TypedArray;
  readonly known?: HostValue | undefined;
}

let active: Trace | undefined;

/** The trace in whose function we are, if any. Functions are traced synchronously, so there is at most one. */
export function activeTrace(): Trace | undefined {
  return active;
}

function activate(trace: Trace | undefined): void {
  active = trace;
}

/** Records what a function builds: its inputs, the variables it reads, and what it assigns to them. */
export class Trace implements Evaluator {
  readonly parent: Engine;
  readonly inputs: readonly Tensor[];
  /** Leaves that stand for the variables' values at the start. */
  readonly reads = new Map<Variable, Tensor>();
  /** Small inputs that the host fills before each run. */
  readonly computed = new Map<Tensor, HostInput>();
  #wasRead = false;
  /** Latest assigned value of each variable. */
  readonly writes = new Map<Variable, Tensor>();

  constructor(engine: Engine, types: readonly TensorType[]) {
    this.parent = engine;
    this.inputs = types.map(({ shape, dtype }) => leaf(inputPrimitive, { shape, dtype }, this));
  }

  /** Runs `build` with this trace active. */
  record<T>(build: () => T): T {
    const outer = active;
    activate(this);
    try {
      return build();
    } finally {
      activate(outer);
    }
  }

  /** A tensor that the host computes anew before each run of the program; `name` says in errors whose it is. */
  hostInput(
    { shape, dtype }: TensorType,
    compute: () => TypedArray,
    name = 'an input that the host computes',
    known?: HostValue,
  ): Tensor {
    const tensor = leaf(inputPrimitive, { shape, dtype }, this);
    this.computed.set(tensor, { name, compute, known });
    return tensor;
  }

  read(variable: Variable): Tensor {
    const written = this.writes.get(variable);
    if (written) return written;
    let value = this.reads.get(variable);
    if (!value) this.reads.set(variable, (value = leaf(variablePrimitive, variable.type, this)));
    return value;
  }

  write(variable: Variable, value: Tensor): void {
    this.read(variable);
    this.writes.set(variable, value);
  }

  /** Runs `build` as the traced function. A value that it tried to read is an error here, even if nobody awaited it. */
  recordFunction(build: (inputs: readonly Tensor[]) => readonly Tensor[]): readonly Tensor[] {
    const outputs: unknown = this.record(() => build(this.inputs));
    if (this.#wasRead || outputs instanceof Promise) {
      // An asynchronous function most likely awaits a value; what becomes of it is of no interest.
      if (outputs instanceof Promise) outputs.catch(() => undefined);
      throw readInTrace();
    }
    if (!Array.isArray(outputs))
      throw new AdjointError(
        'OPERAND_INVALID',
        `trace: the function returns ${valueText(outputs)}; return a list of tensors.`,
      );
    checkTensors('trace: a result of the function', ...outputs);
    return outputs as readonly Tensor[];
  }

  /** Lets go of everything but the graph: programs keep nodes of it, and must not keep what it was traced for. */
  end(): void {
    this.computed.clear();
    this.reads.clear();
    this.writes.clear();
  }

  evaluate(): Promise<HostTensor[]> {
    if (active !== this) return Promise.reject(readInTrace());
    this.#wasRead = true;
    // recordFunction throws; a rejection that nobody awaits would end the process.
    return new Promise(() => {});
  }
}

function readInTrace(): AdjointError {
  return new AdjointError(
    'GRAPH_READ_IN_TRACE',
    'A value cannot be read inside a traced function, which is synchronous and runs as a program: choose between values with where(), pass what changes as an input, or compute it on the host before the call. Outside, read what the function returns.',
  );
}
