import { coefficientOf, guardHolds } from '../../loops/index-expression.js';
import type { Expression, Guard, Index, LoopProgram } from '../../loops/loop-program.js';
import { extentsOf } from '../../loops/rewrite-expression.js';
import { pickAxes, sizeOf } from '../../tensor/shape.js';

/** One factor of a contraction: an element of a buffer, or 0 where a guard fails. */
export interface Factor {
  readonly buffer: number;
  readonly index: Index;
  readonly guards: readonly Guard[];
}

/**
 * Σ over `inner` of left·right, where rows are the axes that only `left` depends on and columns those of `right` alone.
 * Both depend on the batch axes. All are axes of the program, outermost first.
 */
export interface Contraction {
  readonly left: Factor;
  readonly right: Factor;
  readonly batch: readonly number[];
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly inner: readonly number[];
}

/** Recognises a loop program that is a float32 contraction large enough to be tiled. */
export function contractionOf(program: LoopProgram): Contraction | undefined {
  const { reduction, extents, stores } = program;
  if (
    !reduction ||
    reduction.operation !== 'sum' ||
    reduction.scan ||
    reduction.value.kind !== 'binary' ||
    reduction.value.operation !== 'mul'
  )
    return undefined;
  if (
    reduction.value.dtype !== 'float32' ||
    stores.some((store) => store.scatter) ||
    program.buffers.includes('float64')
  )
    return undefined;
  const all = extentsOf(program);
  const factors = [operandOf(reduction.value.x, all), operandOf(reduction.value.y, all)] as const;
  if (!factors[0] || !factors[1]) return undefined;
  const axes = extents.map((_, axis) => axis);
  const [first, second] = factors.map((operand) => axes.filter((axis) => dependsOn(operand!, axis))) as [
    number[],
    number[],
  ];
  const batch = axes.filter((axis) => first.includes(axis) === second.includes(axis));
  if (factors.some((operand) => operand!.guards.some((guard) => batch.some((axis) => guard.index.coefficients[axis]))))
    return undefined;
  // The axis along which the result is contiguous should run through the columns.
  const contiguous = axes.findLast((axis) => stores[0]!.index.coefficients[axis] === 1 && !batch.includes(axis));
  const firstIsRight = contiguous !== undefined && first.includes(contiguous);
  const [left, right] = firstIsRight ? [factors[1], factors[0]] : [factors[0], factors[1]];
  const only = (own: readonly number[]): number[] => own.filter((axis) => !batch.includes(axis));
  const [rows, columns] = firstIsRight ? [only(second), only(first)] : [only(first), only(second)];
  const size = (own: readonly number[]): number => sizeOf(pickAxes(extents, own));
  if (size(rows) < 2 || size(columns) < 4 || size(rows) * size(columns) < 16) return undefined;
  return { left, right, batch, rows, columns, inner: reduction.extents.map((_, d) => extents.length + d) };
}

function operandOf(expression: Expression, extents: readonly number[]): Factor | undefined {
  if (expression.kind === 'load')
    return expression.dynamic || expression.index.divisor !== 1
      ? undefined
      : { buffer: expression.buffer, index: expression.index, guards: [] };
  if (expression.kind !== 'guard' || expression.otherwise !== 0) return undefined;
  const inside = operandOf(expression.x, extents);
  if (!inside || expression.guards.some(({ index }) => index.divisor !== 1)) return undefined;
  return { ...inside, guards: [...inside.guards, ...expression.guards.filter((guard) => !guardHolds(guard, extents))] };
}

function dependsOn({ index, guards }: Factor, axis: number): boolean {
  return [index, ...guards.map((guard) => guard.index)].some((each) => coefficientOf(each, axis) !== 0);
}
