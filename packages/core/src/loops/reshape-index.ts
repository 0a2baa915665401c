import { pickAxes, stridesOf, type Shape } from '../tensor/shape.js';
import { constantIndex, linearIndex } from './index-expression.js';
import type { Index } from './loop-program.js';

/**
 * Groups of axes that a reshape merges: for each axis of `coarse`, the consecutive axes of `fine` whose extents multiply
 * to it. `undefined` if the reshape is no pure merge of axes.
 */
function mergedAxes(fine: Shape, coarse: Shape): number[][] | undefined {
  const groups: number[][] = [];
  let next = 0;
  for (const extent of coarse) {
    const group: number[] = [];
    let product = 1;
    while (next < fine.length && (product < extent || fine[next] === 1)) {
      // A leading 1 of the following group is harmless here: its index is always 0.
      product *= fine[next]!;
      group.push(next++);
    }
    if (product !== extent) return undefined;
    groups.push(group);
  }
  // Axes of extent 1 at the end have the index 0.
  while (fine[next] === 1) next++;
  return next === fine.length ? groups : undefined;
}

/** Index vector of `coarse` from that of `fine`, if the reshape between them merges axes; otherwise `undefined`. */
export function mergeIndices(indices: readonly Index[], fine: Shape, coarse: Shape): Index[] | undefined {
  return mergedAxes(fine, coarse)?.map((group) =>
    group.length === 0 ? constantIndex(0) : linearIndex(pickAxes(indices, group), stridesOf(pickAxes(fine, group))),
  );
}

/** Whether `fine` reshapes to `coarse` by merging axes alone. */
export function mergesTo(fine: Shape, coarse: Shape): boolean {
  return mergedAxes(fine, coarse) !== undefined;
}
