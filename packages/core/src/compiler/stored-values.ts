import type { Tensor } from '../graph/tensor.js';

/** Why the values of a node are stored. */
export interface StoreReason {
  readonly kind:
    /** The program is given it. */
    | 'given'
    /** The program returns it. */
    | 'output'
    /** It replaces the value of a variable. */
    | 'update'
    /** It is read at positions that are computed, or several times by one kernel. */
    | 'gathered'
    /** A contraction reads it, perhaps through index maps. */
    | 'operand'
    /** A reduction or scatter reads it, and it is itself the result of one. */
    | 'reduced'
    /** A reshape of it splits axes; only memory has its elements in order. */
    | 'reshaped'
    /** Several nodes use it, and to compute it again would cost more. */
    | 'shared'
    /** A broadcast repeats it, and would repeat its computation. */
    | 'repeated'
    /** The expression would grow too long. */
    | 'long'
    /** The next node uses its elements in another order or number than its kernel computes them. */
    | 'moved'
    /** The next node belongs to the kernel of another reduction. */
    | 'joined'
    /** Its elements are complete only when its kernel is done (scatters), or while it runs along an axis (scans). */
    | 'accumulated'
    /** A loop over time computes it step by step. */
    | 'stepped';
  /** The nodes that use it so. */
  readonly by: readonly Tensor[];
}

/** The nodes that are kept in memory, and why. */
export class StoredValues {
  readonly #reasons = new Map<Tensor, (StoreReason & { readonly by: Tensor[] })[]>();

  /** All stored nodes with their reasons, of which each has at least one. */
  get reasons(): ReadonlyMap<Tensor, readonly StoreReason[]> {
    return this.#reasons;
  }

  has(node: Tensor): boolean {
    return this.#reasons.has(node);
  }

  /** Has the values of a node stored: by itself, or by what it reshapes. */
  store(node: Tensor, kind: StoreReason['kind'], by: readonly Tensor[] = []): void {
    let source = node;
    while (source.primitive.lowering.kind === 'alias') source = source.inputs[0]!;
    const reasons = this.#reasons.get(source) ?? [];
    this.#reasons.set(source, reasons);
    const known = reasons.find((reason) => reason.kind === kind);
    if (known) for (const user of by) known.by.push(user);
    else reasons.push({ kind, by: [...by] });
  }

  /** The node whose storage holds the values of a node, if they are in memory. */
  storedAs(node: Tensor): Tensor | undefined {
    let source = node;
    while (!this.has(source) && source.primitive.lowering.kind === 'alias') source = source.inputs[0]!;
    return this.has(source) ? source : undefined;
  }
}
