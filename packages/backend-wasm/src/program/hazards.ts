import { storageBytes, type Program } from '@adjoint/core/backend';

/** What a step touches, as storages of the program; `scratch` counts as one more. */
export interface Accesses {
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  /** Whether all threads take part; otherwise the first one does it alone. */
  readonly isShared: boolean;
}

/** Stands for the scratch memory among storages. */
export const scratch = -1;

/** For each step, whether threads must meet before it: since they last met, what it touches was written, or what it writes was touched. */
export function meetings({ storages }: Program, steps: readonly Accesses[]): boolean[] {
  const overlap = (a: number, b: number): boolean => {
    if (a === b) return true;
    const [x, y] = [storages[a], storages[b]];
    if (x?.place.kind === 'bound' && y?.place.kind === 'bound') return x.place.index === y.place.index;
    if (x?.place.kind !== 'arena' || y?.place.kind !== 'arena') return false;
    const end = ({ offset }: { readonly offset: number }, { size, dtype }: typeof x): number =>
      offset + size * storageBytes(dtype);
    return x.place.offset < end(y.place, y) && y.place.offset < end(x.place, x);
  };
  const anyOverlap = (some: readonly number[], others: readonly number[]): boolean =>
    some.some((a) => others.some((b) => overlap(a, b)));
  let since: Accesses[] = [];
  return steps.map((step) => {
    const must = since.some(
      (earlier) =>
        (earlier.isShared || step.isShared) &&
        (anyOverlap(earlier.writes, [...step.reads, ...step.writes]) || anyOverlap(earlier.reads, step.writes)),
    );
    since = must ? [step] : [...since, step];
    return must;
  });
}
