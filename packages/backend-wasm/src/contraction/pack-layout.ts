import { sizeOf } from '@adjoint/core';
import { extentsOf, type Factor } from '@adjoint/core/backend';
import type { LoopProgram } from '@adjoint/core/primitives';
import type { Walk } from './walk.js';

/** The descriptor of an operand that `pack` reads (pack-table.ts), with its lanes along `axes`. */
export function packDescriptor(
  program: LoopProgram,
  { index, guards }: Factor,
  axes: readonly number[],
  lanes: number,
  walk: Walk,
): Int32Array {
  const extents = extentsOf(program);
  /** What a step along an axis adds to the address, and to each guard. */
  const steps = (axis: number | undefined): number[] =>
    [index, ...guards.map((guard) => guard.index)].map(({ coefficients }, i) => {
      const step = axis === undefined ? 0 : (coefficients[axis] ?? 0);
      return i === 0 ? 4 * step : step;
    });
  const [innerStep, ...innerGuards] = steps(walk.inner);
  const header = [lanes, sizeOf(axes.map((axis) => extents[axis]!)), axes.length, guards.length, innerStep!];
  return Int32Array.from([
    ...header,
    ...guards.flatMap((guard, g) => [guard.index.offset, innerGuards[g]!, guard.extent]),
    ...axes.flatMap((axis) => [extents[axis]!, ...steps(axis)]),
    ...runEntries(walk, extents, steps),
  ]);
}

/** What each run adds to the address, its length, and what it adds to the guards. */
function runEntries(
  { outer, inner, innerExtent, chunk, chunks, runs }: Walk,
  extents: readonly number[],
  steps: (axis: number | undefined) => number[],
): number[] {
  const outerSteps = outer.map((axis) => ({ extent: extents[axis]!, steps: steps(axis) })).reverse();
  const innerSteps = steps(inner);
  return Array.from({ length: runs }, (_, run) => {
    const from = (run % chunks) * chunk;
    const values = innerSteps.map((step) => step * from);
    let rest = Math.floor(run / chunks);
    for (const axis of outerSteps) {
      axis.steps.forEach((step, i) => (values[i]! += step * (rest % axis.extent)));
      rest = Math.floor(rest / axis.extent);
    }
    const [offset, ...guardValues] = values;
    return [offset!, Math.min(chunk, innerExtent - from), ...guardValues];
  }).flat();
}
