import type { Compiled, Engine } from '../engine/engine.js';
import type { TracedFunction } from '../engine/traced-function.js';
import type { Tensor, TensorType } from '../graph/tensor.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { leavesOf, mapLeaves, type Traced, type Tree } from './tensor-tree.js';

/** A record's leaves in order, as a program takes them, with the program for records of this form. */
export interface Packed {
  readonly program: TracedFunction;
  readonly values: readonly HostTensor[];
}

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

  pack(record: Input): Packed {
    const form = formOf(record);
    let program = this.#programs.get(form);
    if (!program) {
      const places = mapLeaves(record as Tree<HostTensor>, () => null);
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
    return { program, values: leavesOf(record as Tree<HostTensor>).map(([, leaf]) => leaf) };
  }
}

function formOf(record: unknown): string {
  return leavesOf(record as Tree<HostTensor>)
    .map(([path]) => path)
    .join();
}

function keyOf(form: string, types: readonly TensorType[]): string {
  return `${form}:${types.map(({ dtype, shape }) => `${dtype}[${shape.join()}]`).join()}`;
}
