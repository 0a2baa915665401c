import type { Tensor } from '../graph/tensor.js';
import { indexKey } from '../loops/index-expression.js';
import { loadsOf } from '../loops/rewrite-expression.js';
import { limitInPlace, type InPlace, type UpdatePlan } from './place-updates.js';
import type { LoweredRegion, RegionLoops } from './region.js';

export interface RegionOrder {
  /** The regions in the order in which they run. */
  readonly order: readonly LoweredRegion[];
  readonly updates: UpdatePlan;
}

/**
 * Orders regions so that inputs come first, and a leaf is overwritten only after its last read. Values that cannot safely
 * overwrite their leaf are moved to the copies at the end of the program.
 */
export function orderRegions(regions: readonly LoweredRegion[], updates: UpdatePlan): RegionOrder {
  const producerOf = new Map(regions.flatMap((region) => region.roots.map((root) => [root, region] as const)));
  const inPlace = new Map(
    [...updates.inPlace].filter(([value, leaf]) => overwritesSafely(producerOf.get(value)!, value, leaf)),
  );
  const dependencies = new Dependencies(regions, producerOf, inPlace);
  for (;;) {
    const result = sortRegions(regions, dependencies);
    if ('order' in result) return { order: result.order, updates: limitInPlace(updates, inPlace) };
    inPlace.delete(result.unorderable);
  }
}

/** A region that must run before another one. */
interface Dependency {
  readonly region: LoweredRegion;
  /** The value of the later region that overwrites what the earlier one reads; without it, the later one reads the earlier. */
  readonly overwrites?: Tensor;
}

/** What must run before each region. */
class Dependencies {
  readonly #readersOf = new Map<Tensor, LoweredRegion[]>();

  constructor(
    regions: readonly LoweredRegion[],
    readonly producerOf: ReadonlyMap<Tensor, LoweredRegion>,
    readonly inPlace: InPlace,
  ) {
    for (const region of regions) {
      for (const node of region.reads) {
        const readers = this.#readersOf.get(node);
        if (readers) readers.push(region);
        else this.#readersOf.set(node, [region]);
      }
    }
  }

  /** The producers of what a region reads, then the other readers of the leaves that it overwrites. */
  of(region: LoweredRegion): Dependency[] {
    const producers = [...region.reads].flatMap((node) => this.producerOf.get(node) ?? []);
    const readers = region.roots.flatMap((root) => {
      const leaf = this.inPlace.get(root);
      const others = (leaf && this.#readersOf.get(leaf)) ?? [];
      return others.filter((other) => other !== region).map((reader) => ({ region: reader, overwrites: root }));
    });
    return [...producers.map((producer) => ({ region: producer })), ...readers];
  }
}

/** A region whose dependencies are being visited. */
interface Visit {
  readonly region: LoweredRegion;
  readonly pending: Dependency[];
  /** Of the dependency that led here. */
  readonly overwrites: Tensor | undefined;
}

/**
 * Sorts regions topologically, depth first and without recursion, so that depth is no limit. If they depend on each other
 * in a circle, returns a value whose overwriting is part of it: reading alone makes no circles.
 */
function sortRegions(
  regions: readonly LoweredRegion[],
  dependencies: Dependencies,
): { readonly order: readonly LoweredRegion[] } | { readonly unorderable: Tensor } {
  const order: LoweredRegion[] = [];
  const state = new Map<LoweredRegion, 'open' | 'done'>();
  const path: Visit[] = [];
  const enter = (region: LoweredRegion, overwrites?: Tensor): void => {
    state.set(region, 'open');
    path.push({ region, pending: dependencies.of(region), overwrites });
  };
  for (const start of regions) {
    if (state.has(start)) continue;
    enter(start);
    for (let visit = path.at(-1); visit; visit = path.at(-1)) {
      const next = visit.pending.shift();
      if (!next) {
        state.set(visit.region, 'done');
        order.push(visit.region);
        path.pop();
      } else if (state.get(next.region) === 'open') {
        const circle = path.slice(path.findIndex(({ region }) => region === next.region) + 1);
        return { unorderable: next.overwrites ?? circle.find(({ overwrites }) => overwrites)!.overwrites! };
      } else if (!state.has(next.region)) enter(next.region, next.overwrites);
    }
  }
  return { order };
}

/**
 * Whether a region may compute a value in the memory of a leaf that it reads itself: each element must be read only where
 * it is overwritten. A reduction reads its inputs after other results are stored, and so does a second program.
 */
function overwritesSafely({ reads, loops }: LoweredRegion, value: Tensor, leaf: Tensor): boolean {
  if (!reads.has(leaf)) return true;
  const [only, ...others] = loops;
  return (
    only !== undefined && others.length === 0 && !reducesOver(only, leaf) && readsOnlyWhereItStores(only, value, leaf)
  );
}

function reducesOver({ program, buffers }: RegionLoops, leaf: Tensor): boolean {
  return loadsOf({ ...program, stores: [] }).some((load) => buffers[load.buffer] === leaf);
}

function readsOnlyWhereItStores({ program, buffers }: RegionLoops, value: Tensor, leaf: Tensor): boolean {
  const store = program.stores.find(({ buffer }) => buffers[buffer] === value);
  const loads = loadsOf(program).filter(({ buffer }) => buffers[buffer] === leaf);
  return loads.every(
    ({ index, dynamic }) => !dynamic && store !== undefined && indexKey(index) === indexKey(store.index),
  );
}
