import { sizeOf } from '@adjoint/core';
import { extentsOf, type Contraction } from '@adjoint/core/backend';
import type { LoopProgram } from '@adjoint/core/primitives';
import { add, div, i32, mul, rem, smaller, type Code } from '../assembler/index.js';

/** Elements of the reduction between two visits of a tile: panels of this length stay in the first-level cache. */
const blockLength = 344;

/** How the reduction is walked: in runs over a chunk of one inner axis, for every index of the outer ones. */
export interface Walk {
  readonly outer: readonly number[];
  readonly inner: number | undefined;
  readonly innerExtent: number;
  readonly chunk: number;
  readonly chunks: number;
  readonly runs: number;
}

/**
 * Chooses the inner axis, from the shape alone, so that the order of summation does too. Where neighbouring columns are
 * neighbours in memory, whole vectors are copied, and the inner axis should be free of guards; otherwise it should be
 * the contiguous one.
 */
export function walkOf(program: LoopProgram, { right, columns, inner }: Contraction): Walk {
  const extents = extentsOf(program);
  const last = columns.at(-1)!;
  const contiguousColumns = right.index.coefficients[last] === 1 && extents[last]! >= 8;
  const guarded = (axis: number): boolean => right.guards.some(({ index }) => (index.coefficients[axis] ?? 0) !== 0);
  const score = (axis: number): number => {
    const long = Math.min(extents[axis]!, blockLength) / blockLength;
    if (contiguousColumns) return (guarded(axis) ? 0 : 2) + long;
    return (right.index.coefficients[axis] === 1 ? 2 : 0) + (guarded(axis) ? 0 : 0.5) + long;
  };
  const best = inner.toSorted((a, b) => score(b) - score(a) || b - a)[0];
  const innerExtent = best === undefined ? 1 : extents[best]!;
  const chunk = Math.max(1, Math.min(innerExtent, blockLength));
  const chunks = Math.max(1, Math.ceil(innerExtent / chunk));
  const outer = inner.filter((axis) => axis !== best);
  return {
    outer,
    inner: best,
    innerExtent,
    chunk,
    chunks,
    runs: innerExtent === 0 ? 0 : chunks * sizeOf(outer.map((axis) => extents[axis]!)),
  };
}

/** Runs that are multiplied together before the next ones are packed. */
export function runsPerBlock({ chunk }: Walk): number {
  return Math.max(1, Math.floor(blockLength / chunk));
}

/** Elements of the reduction before a run. */
export function elementsBefore({ innerExtent, chunk, chunks }: Walk, run: number): number {
  return Math.floor(run / chunks) * innerExtent + Math.min((run % chunks) * chunk, innerExtent);
}

/** The same as code, for a run that is known at run time only. */
export function codeOfElementsBefore({ innerExtent, chunk, chunks }: Walk, run: Code<'i32'>): Code<'i32'> {
  if (chunks <= 1) return mul(run, i32(innerExtent));
  const inside = smaller(mul(rem(run, i32(chunks)), i32(chunk)), i32(innerExtent));
  return add(mul(div(run, i32(chunks)), i32(innerExtent)), inside);
}
