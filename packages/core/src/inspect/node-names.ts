import type { Binding, BoundGraph } from '../engine/compiled-function.js';
import type { Tensor } from '../graph/tensor.js';

/** What a function's inputs and outputs are called in the texts; `input0`, `output0`, … where nothing is said. */
export interface InspectNames {
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
}

/**
 * Names of nodes, the same in all stages: leaves have that of the input or variable that they stand for, all other nodes
 * a number, in the order in which they are met first.
 */
export class NodeNames {
  readonly #names = new Map<Tensor, string>();
  readonly #given: InspectNames;
  #numbers = 0;

  constructor({ graph, bindings }: BoundGraph, given: InspectNames = {}) {
    this.#given = given;
    const used = new Set<string>();
    graph.leaves.forEach((leaf, i) => {
      const name = this.#leafName(bindings[i]!);
      let unique = name;
      for (let count = 2; used.has(unique); count++) unique = `${name}#${count}`;
      used.add(unique);
      this.#names.set(leaf, unique);
    });
  }

  of(node: Tensor): string {
    let name = this.#names.get(node);
    if (name === undefined) this.#names.set(node, (name = `%${this.#numbers++}`));
    return name;
  }

  /** The name of an output of the graph. */
  output(index: number): string {
    return this.#given.outputs?.[index] ?? `output${index}`;
  }

  #leafName(binding: Binding): string {
    switch (binding.kind) {
      case 'argument':
        return this.#given.inputs?.[binding.index] ?? `input${binding.index}`;
      case 'variable':
        return binding.variable.name;
      case 'computed':
        return binding.name;
      case 'constant':
        return 'constant';
    }
  }
}
