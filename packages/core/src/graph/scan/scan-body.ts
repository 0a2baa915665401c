import { nodeKey } from '../node-key.js';
import { leafPrimitive } from '../primitives/leaf.js';
import type { Tensor } from '../tensor.js';
import { topologicalOrder } from '../topological-order.js';

/** A leaf of a body: it has a value only while the scan runs. */
export const stepInputPrimitive = leafPrimitive('stepInput', 'y = a value that a scan hands to its body');

/** What a body is handed, as leaves of its own. */
export interface StepInputs {
  /** One for each carry: its value before the step. */
  readonly carries: readonly Tensor[];
  /** One for each tensor that is walked along: its part at the step. */
  readonly slices: readonly Tensor[];
  /** Values that are the same in all steps. */
  readonly constants: readonly Tensor[];
}

/** What one step of a scan computes: a graph that depends on nothing but its own leaves. */
export class ScanBody {
  readonly #outputs: Tensor[];
  #key: string | undefined;

  constructor(
    readonly inputs: StepInputs,
    /** The carries after the step. */
    readonly next: readonly Tensor[],
    outputs: readonly Tensor[],
  ) {
    this.#outputs = [...outputs];
  }

  get outputs(): readonly Tensor[] {
    return this.#outputs;
  }

  /**
   * Makes a node of the body one of its outputs, for the gradient, and returns its number. Outputs that nobody takes are
   * not computed, so this changes nothing for those who use the body already.
   */
  save(node: Tensor): number {
    const known = this.#outputs.indexOf(node);
    if (known >= 0) return known;
    this.#key = undefined;
    return this.#outputs.push(node) - 1;
  }

  /** All leaves, in the order of a scan's inputs. */
  get leaves(): readonly Tensor[] {
    const { carries, slices, constants } = this.inputs;
    return [...carries, ...slices, ...constants];
  }

  /** Equal for bodies that compute the same. */
  get key(): string {
    return (this.#key ??= this.#structure());
  }

  /** Bodies are attributes of nodes, whose keys are made from JSON. */
  toJSON(): string {
    return this.key;
  }

  toString(): string {
    return `${topologicalOrder([...this.next, ...this.#outputs]).length} nodes`;
  }

  #structure(): string {
    const { leaves } = this;
    const position = new Map<Tensor, number>(leaves.map((leaf, i) => [leaf, i]));
    const roots = [...this.next, ...this.#outputs];
    const nodes = topologicalOrder(roots).filter((node) => !position.has(node));
    const parts = nodes.map((node) => {
      const key = nodeKey(node, (input) => position.get(input)!);
      position.set(node, position.size);
      return key;
    });
    const types = leaves.map(({ dtype, shape }) => `${dtype}[${shape.join(',')}]`);
    return [...types, ...parts, roots.map((root) => position.get(root)).join(',')].join(';');
  }
}

/**
 * What a node holds of a scan: the last value of a carry, the values of a carry before each step, or an output of each
 * step.
 */
export type ScanResult = 'carry' | 'history' | 'output';

export interface ScanAttributes {
  /** Its leaves stand for the node's inputs, in their order; those of its slices for what is walked along. */
  readonly body: ScanBody;
  /** How many steps there are. */
  readonly length: number;
  /** From the last step to the first. */
  readonly reverse: boolean;
  /** Whether the gradient computes all values of a step again from its carries, and has nothing else kept. */
  readonly recompute: boolean;
  readonly result: ScanResult;
  /** Which carry or output. */
  readonly index: number;
}
