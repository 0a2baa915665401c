import type { Contraction, Factor, LoopProgram } from '@adjoint/core';

/** Elements of the reduction between two visits of a tile: panels of this length stay in the first cache. */
const blockLength = 344;

/** How the reduction is walked: runs over a chunk of one inner axis, for every index of the outer ones. */
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
  const extents = [...program.extents, ...program.reduction!.extents];
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
  const chunks = Math.ceil(innerExtent / chunk);
  const outer = inner.filter((axis) => axis !== best);
  return {
    outer,
    inner: best,
    innerExtent,
    chunk,
    chunks,
    runs: chunks * outer.reduce((count, axis) => count * extents[axis]!, 1),
  };
}

/** Runs that are multiplied together before the next ones are packed. */
export function runsPerBlock({ chunk }: Walk): number {
  return Math.max(1, Math.floor(blockLength / chunk));
}

/** Elements before a run. */
export function elementsBefore({ innerExtent, chunk, chunks }: Walk, run: number): number {
  return Math.floor(run / chunks) * innerExtent + Math.min((run % chunks) * chunk, innerExtent);
}

/** The descriptor of an operand that `pack` reads, with its lanes along `axes`. */
export function packingDescriptor(
  program: LoopProgram,
  { index, guards }: Factor,
  axes: readonly number[],
  lanes: number,
  walk: Walk,
): Int32Array {
  const extents = [...program.extents, ...program.reduction!.extents];
  const steps = (axis: number | undefined): number[] =>
    [index, ...guards.map((guard) => guard.index)].map(({ coefficients }) =>
      axis === undefined ? 0 : (coefficients[axis] ?? 0),
    );
  const inBytes = ([address, ...rest]: readonly number[]): number[] => [address! * 4, ...rest];
  const inner = steps(walk.inner);
  const laneCount = axes.reduce((count, axis) => count * extents[axis]!, 1);
  const words = [
    ...[lanes, laneCount, axes.length, guards.length].concat(inner[0]! * 4),
    ...guards.flatMap((guard, g) => [guard.index.offset, inner[g + 1]!, guard.extent]),
    ...axes.flatMap((axis) => [extents[axis]!, ...inBytes(steps(axis))]),
  ];
  const outer = walk.outer.map((axis) => ({ extent: extents[axis]!, steps: steps(axis) }));
  for (let run = 0; run < walk.runs; run++) {
    const from = (run % walk.chunks) * walk.chunk;
    const values = inner.map((step) => step * from);
    let rest = Math.floor(run / walk.chunks);
    for (const axis of outer.toReversed()) {
      axis.steps.forEach((step, i) => (values[i]! += step * (rest % axis.extent)));
      rest = Math.floor(rest / axis.extent);
    }
    const [address, ...guardValues] = inBytes(values);
    words.push(address!, Math.min(walk.chunk, walk.innerExtent - from), ...guardValues);
  }
  return Int32Array.from(words);
}
