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
  readonly #reserved: (Lifetime & { readonly node: Tensor; readonly bytes: number })[] = [];
  readonly #parts: { readonly node: Tensor; readonly of: number; readonly size: number; readonly offset: number }[] =
    [];

  constructor(readonly leaves: readonly Tensor[]) {
    leaves.forEach((leaf, number) => this.#storageOf.set(leaf, number));
  }

  /** Reserves a block of the arena for values of the node's type, or as large as is said, and returns its number. */
  reserve(node: Tensor, { from, to }: Lifetime, bytes = node.size * storageBytes(node.dtype)): number {
    if (this.#parts.length > 0)
      throw new AdjointError('INTERNAL', 'The compiler reserved a block after parts of blocks were numbered.');
    return this.leaves.length + this.#reserved.push({ node, from, to, bytes }) - 1;
  }

  /**
   * A part of a storage, `offset` bytes from its start, as a storage of its own that holds values of the node. All blocks
   * are reserved before.
   */
  part(of: number, node: Tensor, size: number, offset: number): number {
    return this.leaves.length + this.#reserved.length + this.#parts.push({ node, of, size, offset }) - 1;
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
  plan(): {
    readonly storages: Storage[];
    readonly memory: MemoryBlock[];
    readonly parts: readonly Tensor[];
    readonly arenaBytes: number;
  } {
    const { offsets, bytes: arenaBytes } = planMemory(this.#reserved);
    const memory = this.#reserved.map((block, i) => ({ ...block, offset: offsets[i]! }));
    const bound = this.leaves.map(({ dtype, size }, index): Storage => ({
      dtype,
      size,
      place: { kind: 'bound', index, offset: 0 },
    }));
    const arena = memory.map(({ node: { dtype, size }, offset }): Storage => ({
      dtype,
      size,
      place: { kind: 'arena', offset },
    }));
    const whole = [...bound, ...arena];
    const parts = this.#parts.map(({ node: { dtype }, of, size, offset }): Storage => {
      const { place } = whole[of]!;
      return { dtype, size, place: { ...place, offset: place.offset + offset } };
    });
    return { storages: [...whole, ...parts], memory, parts: this.#parts.map(({ node }) => node), arenaBytes };
  }
}
