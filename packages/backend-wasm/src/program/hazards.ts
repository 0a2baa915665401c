import { storageBytes, type Program, type Storage } from '@adjoint/core/backend';

/** What a step reads and writes, as indices of the program's storages; `scratchStorage` counts as one more. */
export interface Accesses {
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  /** Whether all threads take part; otherwise the first one does it alone. */
  readonly isShared: boolean;
}

/** Stands for the scratch memory among storages. */
export const scratchStorage = -1;

/** After so many steps without a barrier there is one, so that each step is compared with few others. */
const mostBetween = 256;

/**
 * Whether each step needs a barrier: it has a read-after-write, write-after-read or write-after-write conflict with a
 * step since the last one, and not both are done by the first thread alone.
 */
export function barriersBefore({ storages }: Pick<Program, 'storages'>, steps: readonly Accesses[]): boolean[] {
  const overlap = (some: readonly number[], others: readonly number[]): boolean =>
    some.some((a) => others.some((b) => a === b || shareMemory(storages[a], storages[b])));
  const conflict = (earlier: Accesses, later: Accesses): boolean =>
    overlap(earlier.writes, later.reads) ||
    overlap(earlier.writes, later.writes) ||
    overlap(earlier.reads, later.writes);
  /** Since the last barrier. */
  let shared: Accesses[] = [];
  let alone: Accesses[] = [];
  return steps.map((step) => {
    const others = step.isShared ? [shared, alone] : [shared];
    const needsBarrier =
      others.some((earlier) => earlier.some((each) => conflict(each, step))) ||
      (step.isShared && shared.length + alone.length >= mostBetween);
    if (needsBarrier) [shared, alone] = [[], []];
    (step.isShared ? shared : alone).push(step);
    return needsBarrier;
  });
}

/** Whether two storages have bytes in common: the same bound buffer, or overlapping parts of the arena. */
function shareMemory(a: Storage | undefined, b: Storage | undefined): boolean {
  if (a?.place.kind === 'bound' && b?.place.kind === 'bound') return a.place.index === b.place.index;
  if (a?.place.kind !== 'arena' || b?.place.kind !== 'arena') return false;
  const [endOfA, endOfB] = [a.place.offset + bytesOf(a), b.place.offset + bytesOf(b)];
  return a.place.offset < endOfB && b.place.offset < endOfA;
}

function bytesOf({ size, dtype }: Storage): number {
  return size * storageBytes(dtype);
}
