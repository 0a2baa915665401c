import { coefficientOf, guardHolds } from '../loops/index-expression.js';
import type { Index, LoopProgram } from '../loops/loop-program.js';
import { extentsOf, indicesOf, rewriteProgram } from '../loops/rewrite-expression.js';

/** Removes guards that always hold and axes of extent 1, and joins neighbouring axes that every index passes as one. */
export function normalizeProgram(program: LoopProgram): LoopProgram {
  const extents = extentsOf(program);
  let result = rewriteProgram(program, {
    index: (index) => index,
    guards: (guards) => guards.filter((guard) => !guardHolds(guard, extents)),
  });
  for (let axis = extents.length - 1; axis >= 0; axis--) {
    result = dropUnitAxis(result, axis);
  }
  for (let axis = extentsOf(result).length - 1; axis > 0; axis--) {
    result = joinAxes(result, axis);
  }
  return result;
}

function dropUnitAxis(program: LoopProgram, axis: number): LoopProgram {
  if (extentsOf(program)[axis] !== 1 || program.reduction?.scan) return program;
  return withoutAxis(program, axis, (coefficients) => coefficients.filter((_, d) => d !== axis));
}

/** Joins `axis` with the one before it, if every index advances through both as through one longer axis. */
function joinAxes(program: LoopProgram, axis: number): LoopProgram {
  const count = program.extents.length;
  const scatters = program.stores.some((store) => store.scatter);
  if (
    axis === count ||
    (axis < count && scatters && axis >= program.parallel) ||
    (axis > count && program.reduction?.scan)
  )
    return program;
  const inner = extentsOf(program)[axis]!;
  const walksAsOne = (index: Index): boolean => coefficientOf(index, axis - 1) === coefficientOf(index, axis) * inner;
  if (!indicesOf(program).every(walksAsOne)) return program;
  return withoutAxis(program, axis - 1, (coefficients) => coefficients.filter((_, d) => d !== axis - 1), inner);
}

/**
 * Removes an axis; later axes move down by one, and `shift` does the same to coefficients. `factor` multiplies the extent
 * of the axis that takes its place.
 */
function withoutAxis(
  program: LoopProgram,
  axis: number,
  shift: (coefficients: readonly number[]) => number[],
  factor?: number,
): LoopProgram {
  const count = program.extents.length;
  const all = extentsOf(program);
  const removed = all[axis]!;
  const extents = all.filter((_, d) => d !== axis);
  if (factor !== undefined) extents[axis] = removed * factor;
  const outer = axis < count ? count - 1 : count;
  const rewritten = rewriteProgram(program, {
    index: (index) => ({ ...index, coefficients: shift(index.coefficients) }),
  });
  return {
    ...rewritten,
    extents: extents.slice(0, outer),
    parallel: Math.min(axis < program.parallel ? program.parallel - 1 : program.parallel, outer),
    ...(rewritten.reduction && { reduction: { ...rewritten.reduction, extents: extents.slice(outer) } }),
  };
}
