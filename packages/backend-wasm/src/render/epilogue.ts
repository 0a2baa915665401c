import { distinctExpressions, expressionsOf, type Index, type LoopProgram } from '@adjoint/core/primitives';

/** What a program does with the results of its reduction: all but the reduction itself. */
export function epilogueOf(program: LoopProgram): LoopProgram {
  const { reduction: _, ...epilogue } = program;
  return epilogue;
}

/**
 * How many of the last of `axes` are contiguous in every index of the epilogue, so that they can be walked as one axis,
 * and the length of that axis. None if elements at computed positions are read.
 */
export function contiguousAxes(
  program: LoopProgram,
  axes: readonly number[],
): { readonly count: number; readonly length: number } {
  const { indices, guards, isDynamic } = epilogueIndices(program);
  if (isDynamic || [...indices, ...guards].some(({ divisor }) => divisor !== 1)) return { count: 0, length: 1 };
  const stepOf = ({ coefficients }: Index, axis: number | undefined): number => coefficients[axis ?? -1] ?? 0;
  let length = 1;
  let count = 0;
  for (const axis of axes.toReversed()) {
    if (!indices.every((index) => stepOf(index, axis) === stepOf(index, axes.at(-1)) * length)) break;
    if (guards.some((index) => stepOf(index, axis) !== 0)) break;
    count++;
    length *= program.extents[axis]!;
  }
  return { count, length };
}

/** Whether four neighbours along an axis can be stored at once. */
export function canTakeFour(program: LoopProgram, axis: number): boolean {
  return contiguousAxes(program, [axis]).count === 1;
}

/** The indices of all that follows a reduction: of elements and positions, and of guards. */
function epilogueIndices(program: LoopProgram) {
  const expressions = distinctExpressions(expressionsOf(epilogueOf(program)));
  return {
    indices: [
      ...program.stores.map(({ index }) => index),
      ...expressions.flatMap((expression) =>
        expression.kind === 'load' || expression.kind === 'index' || expression.kind === 'random'
          ? [expression.index]
          : [],
      ),
    ],
    guards: expressions.flatMap((expression) =>
      expression.kind === 'guard' ? expression.guards.map(({ index }) => index) : [],
    ),
    isDynamic: expressions.some((expression) => expression.kind === 'load' && expression.dynamic !== undefined),
  };
}
