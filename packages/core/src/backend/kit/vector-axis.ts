import { coefficientOf } from '../../loops/index-expression.js';
import type { Expression, Index, LoopProgram } from '../../loops/loop-program.js';
import { distinctExpressions, expressionsOf } from '../../loops/rewrite-expression.js';

/** Along which axis neighbours are computed together: the last parallel one, the last of the reduction, or none. */
export type VectorAxis = 'parallel' | 'reduction' | 'none';

/** Chooses the axis along which most memory is read in whole vectors. */
export function vectorAxisOf(program: LoopProgram): VectorAxis {
  const { extents, reduction, stores, buffers } = program;
  if (buffers.includes('float64') || reduction?.scan || stores.some((store) => store.scatter)) return 'none';
  const expressions = distinctExpressions(expressionsOf(program));
  if (
    expressions.some(
      (expression) => expression.dtype === 'float64' || (expression.kind === 'load' && expression.dynamic),
    )
  )
    return 'none';

  const parallel = extents.length - 1;
  const alongParallel =
    parallel >= 0 &&
    laneable(expressions, parallel) &&
    stores.every(({ index }) => stepOf(index, parallel) !== undefined);
  if (reduction && reduction.operation !== 'pick' && reduction.extents.length > 0) {
    const inner = extents.length + reduction.extents.length - 1;
    const values = distinctExpressions([reduction.value]);
    const alongReduction = laneable(values, inner) && contiguity(values, inner) >= 0;
    if (alongReduction && (!alongParallel || contiguity(values, inner) > contiguity(values, parallel)))
      return 'reduction';
  }
  return alongParallel && stores.every(({ index }) => stepOf(index, parallel) !== 0) ? 'parallel' : 'none';
}

/** Elements from lane to lane, if that is a whole number. */
export function stepOf(index: Index, axis: number): number | undefined {
  const step = coefficientOf(index, axis) / index.divisor;
  return Number.isInteger(step) ? step : undefined;
}

/** All guards must hold or fail for the four lanes together, and all steps must be whole. */
function laneable(expressions: readonly Expression[], axis: number): boolean {
  return expressions.every((expression) => {
    if (expression.kind === 'guard') return expression.guards.every(({ index }) => coefficientOf(index, axis) === 0);
    if (expression.kind === 'load' || expression.kind === 'index' || expression.kind === 'random')
      return stepOf(expression.index, axis) !== undefined;
    return true;
  });
}

/** Loads of whole vectors less those that gather single lanes. */
function contiguity(expressions: readonly Expression[], axis: number): number {
  let balance = 0;
  for (const expression of expressions) {
    if (expression.kind !== 'load') continue;
    const step = stepOf(expression.index, axis);
    if (step === 1) balance += 1;
    else if (step !== 0) balance -= 1;
  }
  return balance;
}
