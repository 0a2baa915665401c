import type { BoundGraph } from '../engine/compiled-function.js';
import type { Compiled, Engine } from '../engine/engine.js';
import type { TracedFunction } from '../engine/traced-function.js';
import type { Tensor, TensorType } from '../graph/tensor.js';
import { inspect, type Inspection } from '../inspect/inspect.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { leavesOf, mapLeaves, type Traced, type Tree } from './tensor-tree.js';

/** A record's leaves in order, as a program takes them, with the program for records of this form. */
export interface Packed {
  readonly program: TracedFunction;
  readonly values: readonly HostTensor[];
}

/** A graph whose inputs and outputs have names. */
export interface NamedGraph extends BoundGraph {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** The types of a record's tensors. */
export type TypesOf<Record> = Record extends HostTensor
  ? TensorType
  : { readonly [K in keyof Record]: TypesOf<Record[K]> };

/** A traced function from a record of tensors to another one, whose leaves may also be numbers that are known beforehand. */
export class RecordFunction<Input, Output> {
  /** One program for each form, so that a second target is not taken for the weights. */
  readonly #programs = new Map<string, TracedFunction>();
  /** What was built for inputs of each form and type: null where the program gives a tensor. */
  readonly #outputs = new Map<string, Tree<number | null>>();

  constructor(
    readonly engine: Engine,
    readonly name: string,
    readonly build: (record: Traced<Input>) => Tree<Tensor | number>,
    readonly onCompiled?: (compiled: Compiled) => void,
  ) {}

  async call(record: Input): Promise<Output> {
    const { program, values } = this.pack(record);
    const results = await program.call(values);
    let next = 0;
    const known = this.#outputs.get(keyOf(formOf(record), values))!;
    return mapLeaves<number | null, HostTensor | number>(known, (leaf) => leaf ?? results[next++]!) as Output;
  }

  /** What becomes of the program for records of these types; inputs and outputs go by their paths in the record. */
  async inspect(types: TypesOf<Input>): Promise<Inspection> {
    const { inputs, outputs } = this.graph(types);
    const leafTypes = leavesOf(types as Tree<TensorType>).map(([, type]) => type);
    return inspect(this.#programFor(formOf(types), types), leafTypes, { inputs, outputs });
  }

  /** What it builds for records of these types, with the names of inputs and outputs. */
  graph(types: TypesOf<Input>): NamedGraph {
    const form = formOf(types);
    const leaves = leavesOf(types as Tree<TensorType>);
    const leafTypes = leaves.map(([, type]) => type);
    // Tracing tells the form of the output.
    const bound = this.#programFor(form, types).graph(leafTypes);
    const output = leavesOf(this.#outputs.get(keyOf(form, leafTypes))!);
    return {
      ...bound,
      inputs: placeNames(leaves.map(([path]) => path)),
      outputs: placeNames(output.flatMap(([path, known]) => (known === null ? [path] : []))),
    };
  }

  pack(record: Input): Packed {
    const program = this.#programFor(formOf(record), record);
    return { program, values: leavesOf(record as Tree<HostTensor>).map(([, leaf]) => leaf) };
  }

  #programFor(form: string, record: unknown): TracedFunction {
    let program = this.#programs.get(form);
    if (!program) {
      const places = mapLeaves(record as Tree<TensorType>, () => null);
      program = this.engine.trace(
        (tensors) => {
          let next = 0;
          const output = this.build(mapLeaves(places, () => tensors[next++]!) as Traced<Input>);
          const known = mapLeaves<Tensor | number, number | null>(output, (leaf) =>
            typeof leaf === 'number' ? leaf : null,
          );
          this.#outputs.set(keyOf(form, tensors), known);
          return leavesOf(output).flatMap(([, leaf]) => (typeof leaf === 'number' ? [] : [leaf]));
        },
        this.name,
        this.onCompiled,
      );
      this.#programs.set(form, program);
    }
    return program;
  }
}

/** `targets/0` of several targets, `targets` of a single one. */
function placeNames(paths: readonly string[]): string[] {
  return paths.map((path) => {
    const list = path.replace(/\/0$/, '');
    return paths.includes(`${list}/1`) ? path : list;
  });
}

function formOf(record: unknown): string {
  return leavesOf(record as Tree<HostTensor>)
    .map(([path]) => path)
    .join();
}

function keyOf(form: string, types: readonly TensorType[]): string {
  return `${form}:${types.map(({ dtype, shape }) => `${dtype}[${shape.join()}]`).join()}`;
}
