import type { Tensor } from '../graph/tensor.js';
import type { Fusion, Region } from './fuse.js';
import { lowerRegion } from './lower.js';
import { indexKey } from '../loops/index-expression.js';
import { readsOfRegion } from './merge-regions.js';
import { loadsOf } from '../loops/rewrite-expression.js';

export interface RegionOrder {
  readonly order: readonly Region[];
  /** Values that are computed straight into the memory of the leaf they replace. */
  readonly inPlace: ReadonlyMap<Tensor, Tensor>;
}

/**
 * Orders regions so that inputs come first and the memory of a leaf is overwritten only after its last read. A value for
 * which that cannot be had is left out of `inPlace` and is copied at the end.
 */
export function orderRegions(
  regions: readonly Region[],
  fusion: Fusion,
  targets: ReadonlyMap<Tensor, Tensor>,
): RegionOrder {
  const inPlace = new Map(targets);
  const producer = new Map(regions.flatMap((region) => region.roots.map((root) => [root, region] as const)));
  const reads = new Map(regions.map((region) => [region, readsOfRegion(region, fusion)]));
  const readers = new Map<Tensor, Region[]>();
  for (const [region, nodes] of reads)
    for (const node of nodes) readers.set(node, [...(readers.get(node) ?? []), region]);
  for (const [value, leaf] of targets)
    if (!overwritesSafely(producer.get(value)!, value, leaf, reads, fusion)) inPlace.delete(value);
  for (;;) {
    const result = order(regions, reads, producer, readers, inPlace);
    if (Array.isArray(result)) return { order: result, inPlace };
    inPlace.delete(result);
  }
}

/** A depth-first order; returns the in-place value that closes a cycle, if there is one. */
function order(
  regions: readonly Region[],
  reads: ReadonlyMap<Region, ReadonlySet<Tensor>>,
  producer: ReadonlyMap<Tensor, Region>,
  readers: ReadonlyMap<Tensor, readonly Region[]>,
  inPlace: ReadonlyMap<Tensor, Tensor>,
): Region[] | Tensor {
  const before = (region: Region): { first: Region; because?: Tensor }[] => [
    ...[...reads.get(region)!].flatMap((node) => (producer.has(node) ? [{ first: producer.get(node)! }] : [])),
    ...region.roots.flatMap((root) =>
      (readers.get(inPlace.get(root)!) ?? [])
        .filter((reader) => reader !== region)
        .map((first) => ({ first, because: root })),
    ),
  ];
  const done: Region[] = [];
  const state = new Map<Region, 'open' | 'done'>();
  const stack: { region: Region; waits: { first: Region; because?: Tensor }[]; entered?: Tensor | undefined }[] = [];
  const enter = (region: Region, because?: Tensor): void => {
    state.set(region, 'open');
    stack.push({ region, waits: before(region), entered: because });
  };
  for (const region of regions) {
    if (state.has(region)) continue;
    enter(region);
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const next = top.waits.shift();
      if (!next) {
        state.set(top.region, 'done');
        done.push(top.region);
        stack.pop();
      } else if (state.get(next.first) === 'open') {
        // The cycle runs through some wait for a reader: data dependencies alone have none.
        const cycle = stack.slice(stack.findIndex((entry) => entry.region === next.first) + 1);
        return next.because ?? cycle.find((entry) => entry.entered)!.entered!;
      } else if (!state.has(next.first)) enter(next.first, next.because);
    }
  }
  return done;
}

/** Within its own region a leaf may be overwritten if it is read only where it is written. */
function overwritesSafely(
  region: Region,
  value: Tensor,
  leaf: Tensor,
  reads: ReadonlyMap<Region, ReadonlySet<Tensor>>,
  fusion: Fusion,
): boolean {
  if (!reads.get(region)!.has(leaf)) return true;
  const programs = lowerRegion(region, fusion)!.programs;
  if (region.core) {
    // A reduction's own inputs are read while others are written already.
    return (
      programs.length === 1 &&
      programs.every(
        ({ program, buffers }) =>
          !loadsOf({ ...program, stores: [] }).some((load) => buffers[load.buffer] === leaf) &&
          readsOnlyAtStore(program, buffers, value, leaf),
      )
    );
  }
  return programs.every(({ program, buffers }) => readsOnlyAtStore(program, buffers, value, leaf));
}

function readsOnlyAtStore(
  program: Parameters<typeof loadsOf>[0],
  buffers: readonly Tensor[],
  value: Tensor,
  leaf: Tensor,
): boolean {
  const store = program.stores.find((candidate) => buffers[candidate.buffer] === value);
  return loadsOf(program).every(
    (load) =>
      buffers[load.buffer] !== leaf ||
      (!load.dynamic && store !== undefined && indexKey(load.index) === indexKey(store.index)),
  );
}
