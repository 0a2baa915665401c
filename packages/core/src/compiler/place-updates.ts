import type { Tensor } from '../graph/tensor.js';
import type { Fusion } from './region.js';

/** A new value of a leaf (a variable), which replaces the old one when the program has run. */
export interface Update {
  readonly leaf: Tensor;
  readonly value: Tensor;
}

/** A stored node whose values are copied to a leaf at the end of the program. */
export interface Copy {
  readonly from: Tensor;
  readonly to: Tensor;
}

/** Stored nodes that are computed straight into the memory of a leaf, with that leaf. */
export type InPlace = ReadonlyMap<Tensor, Tensor>;

/** How new values get to their leaves. */
export interface UpdatePlan {
  readonly inPlace: InPlace;
  readonly copies: readonly Copy[];
}

/**
 * Plans to compute new values in place, except for a value that is itself a leaf, that has its place in another leaf
 * already, or that would overwrite a leaf which is copied from. Whether the regions can be ordered so, `orderRegions` says.
 */
export function placeUpdates(updates: readonly Update[], fusion: Fusion): UpdatePlan {
  const inPlace = new Map<Tensor, Tensor>();
  const copies: Copy[] = [];
  for (const { leaf, value } of updates) {
    const stored = fusion.storedAs(value)!;
    if (stored.primitive.lowering.kind === 'leaf' || inPlace.has(stored)) copies.push({ from: stored, to: leaf });
    else inPlace.set(stored, leaf);
  }
  const copied = new Set(copies.map(({ from }) => from));
  return limitInPlace({ inPlace, copies }, new Map([...inPlace].filter(([, leaf]) => !copied.has(leaf))));
}

/** The plan with only these values in place; the others are copied. */
export function limitInPlace(plan: UpdatePlan, inPlace: InPlace): UpdatePlan {
  const moved = [...plan.inPlace].filter(([value]) => !inPlace.has(value));
  return { inPlace, copies: [...plan.copies, ...moved.map(([from, to]) => ({ from, to }))] };
}
