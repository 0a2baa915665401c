import { AdjointError } from '../errors.js';
import type { Tensor } from '../graph/tensor.js';
import { planMemory } from './plan-memory.js';
import { storageBytes, type Storage } from './program.js';

/** The first and the last kernel that need a value; `to` is infinite if it is needed after the last one as well. */
export interface Lifetime {
  readonly from: number;
  readonly to: number;
}

/** A block of the arena, in bytes, and the node whose values it holds; of a leaf it holds a copy. */
export interface MemoryBlock extends Lifetime {
  readonly node: Tensor;
  readonly offset: number;
  readonly bytes: number;
}

/** Hands out the numbers of a program's storages: first the leaves', then blocks of the arena as they are reserved. */
export class StorageTable {
  readonly #storageOf = new Map<Tensor, number>();
  readonly #reserved: (Lifetime & { readonly node: Tensor })[] = [];

  constructor(readonly leaves: readonly Tensor[]) {
    leaves.forEach((leaf, number) => this.#storageOf.set(leaf, number));
  }

  /** Reserves a block of the arena for values of the node's type, and returns its number. */
  reserve(node: Tensor, { from, to }: Lifetime): number {
    return this.leaves.length + this.#reserved.push({ node, from, to }) - 1;
  }

  /** Says that the values of a node are in a storage. */
  assign(node: Tensor, storage: number): void {
    this.#storageOf.set(node, storage);
  }

  has(node: Tensor): boolean {
    return this.#storageOf.has(node);
  }

  /** The storage of a node's values. */
  of(node: Tensor): number {
    const storage = this.#storageOf.get(node);
    if (storage === undefined) throw new AdjointError('INTERNAL', `The compiler gave ${node.toString()} no storage.`);
    return storage;
  }

  isBound(storage: number): boolean {
    return storage < this.leaves.length;
  }

  /** Gives every reserved block its place in the arena. */
  plan(): { readonly storages: Storage[]; readonly memory: MemoryBlock[]; readonly arenaBytes: number } {
    const blocks = this.#reserved.map((block) => ({
      ...block,
      bytes: block.node.size * storageBytes(block.node.dtype),
    }));
    const { offsets, bytes: arenaBytes } = planMemory(blocks);
    const memory = blocks.map((block, i) => ({ ...block, offset: offsets[i]! }));
    const bound = this.leaves.map(({ dtype, size }, index): Storage => ({
      dtype,
      size,
      place: { kind: 'bound', index },
    }));
    const arena = memory.map(({ node: { dtype, size }, offset }): Storage => ({
      dtype,
      size,
      place: { kind: 'arena', offset },
    }));
    return { storages: [...bound, ...arena], memory, arenaBytes };
  }
}
