import type { Guard, Index } from '@adjoint/core/primitives';
import { sumOf } from '../render/c-text.js';
import type { Pieces, Side } from './pieces.js';
import type { ReductionBlocks } from './reduction-blocks.js';

/**
 * A guarded operand without its guards: a copy with zeros around it, made for a block of the reduction and, if `perJob`,
 * for one index of the side's first outer axis.
 */
export interface PaddedCopy {
  /** Dimensions of the copy that no guard limits, outermost first; `guarded` ones are inside them. */
  readonly free: readonly FreeDimension[];
  readonly guarded: readonly GuardedDimension[];
  readonly perJob: boolean;
  /** Elements. */
  readonly size: number;
  /** Where elements are in the copy. */
  readonly index: Index;
}

interface Dimension {
  /** Elements of the operand, and of the copy, from one index to the next. */
  readonly step: number;
  readonly stride: number;
  readonly extent: number;
}

interface FreeDimension extends Dimension {
  readonly axis: number;
}

/** Runs over the positions that a guard's index can take: low ≤ position < low + extent. */
interface GuardedDimension extends Dimension {
  readonly guard: Guard;
  readonly low: number;
}

/** Undefined if a guard's positions do not step evenly through the operand, or if two guards share an axis. */
export function paddedCopyOf(
  { operand: { index, guards }, axes }: Side,
  pieces: Pieces,
  reduction: ReductionBlocks,
  extents: readonly number[],
): PaddedCopy | undefined {
  // A copy for each job stays in the cache of the core that works on it.
  const [job] = pieces.outer;
  const perJob = job !== undefined && guards.every((guard) => coefficient(guard.index, job) === 0);
  const fixed = new Set([...(perJob ? [job] : []), ...reduction.outer]);
  const all = [...axes, ...reduction.outer, ...(reduction.axis < 0 ? [] : [reduction.axis]), ...reduction.inner];

  const ranges = guards.map((guard) => guardedRange(guard, index, all, extents));
  const taken = ranges.flatMap((range) => range?.axes ?? []);
  if (ranges.includes(undefined) || new Set(taken).size < taken.length || taken.some((axis) => fixed.has(axis)))
    return undefined;

  const free = all.filter((axis) => !fixed.has(axis) && !taken.includes(axis) && coefficient(index, axis) !== 0);
  const freeExtents = free.map((axis) => (axis === reduction.axis ? reduction.chunk : extents[axis]!));
  const coefficients = extents.map(() => 0);
  let offset = 0;
  let size = 1;
  const guarded = ranges
    .flatMap((range) => range ?? [])
    .toReversed()
    .map(({ axes: guardAxes, ...range }): GuardedDimension => {
      const { guard, low, extent } = range;
      const stride = size;
      for (const axis of guardAxes) coefficients[axis] = coefficient(guard.index, axis) * stride;
      offset += (guard.index.offset - low) * stride;
      size *= extent;
      return { ...range, stride };
    })
    .toReversed();
  const freeDimensions = free
    .map((axis, i) => ({ axis, extent: freeExtents[i]! }))
    .toReversed()
    .map(({ axis, extent }): FreeDimension => {
      const stride = size;
      coefficients[axis] = stride;
      size *= extent;
      return { axis, step: coefficient(index, axis), stride, extent };
    })
    .toReversed();
  return { free: freeDimensions, guarded, perJob, size, index: { offset, coefficients, divisor: 1 } };
}

/**
 * The positions that a guard's index can take, and the elements of the operand from one to the next. Undefined if that
 * is not the same along all of the guard's axes, or not whole.
 */
function guardedRange(guard: Guard, index: Index, all: readonly number[], extents: readonly number[]) {
  const axes = all.filter((axis) => coefficient(guard.index, axis) !== 0);
  const steps = axes.map((axis) => coefficient(index, axis) / coefficient(guard.index, axis));
  const [step] = steps;
  if (step === undefined || !Number.isInteger(step) || steps.some((other) => other !== step)) return undefined;
  let [low, high] = [guard.index.offset, guard.index.offset];
  for (const axis of axes) {
    const reach = coefficient(guard.index, axis) * (extents[axis]! - 1);
    low += Math.min(0, reach);
    high += Math.max(0, reach);
  }
  return { guard, axes, step, low, extent: high - low + 1 };
}

function coefficient(index: Index, axis: number): number {
  return index.coefficients[axis] ?? 0;
}

/**
 * A C function KERNEL_pad(source, to, start, chunk, first, end): copies a guarded operand with zeros where its guards
 * fail, for indices first ≤ i < end of the outermost free dimension. `source` is the operand at the fixed axes.
 */
export function renderPaddedCopy(reduction: ReductionBlocks, { free, guarded, size }: PaddedCopy): string {
  const loops = [
    ...free.map(({ axis, extent, step, stride }, i) => ({
      variable: `f${i}`,
      from: i === 0 ? 'first' : '0',
      to: i === 0 ? 'end' : axis === reduction.axis ? 'chunk' : String(extent),
      source: [step, axis === reduction.axis ? `(f${i} + start)` : `f${i}`] as const,
      stride,
    })),
    ...guarded.map(({ guard, low, extent, step, stride }, i) => ({
      variable: `g${i}`,
      from: String(Math.max(0, -low)),
      to: String(Math.max(0, Math.min(extent, guard.extent - low))),
      source: [step, `(g${i} + ${low - guard.index.offset})`] as const,
      stride,
    })),
  ];
  const slice = loops[0]!.stride;
  const [begin, end] = free.length > 0 ? [`first * ${slice}`, `end * ${slice}`] : ['0', String(size)];
  const to = sumOf(loops.map(({ stride, variable }) => [stride, variable] as const));
  const from = sumOf(loops.map(({ source }) => source));
  return `static void KERNEL_pad(const float *restrict source, float *restrict to, long start, long chunk, long first, long end) {
(void)start; (void)chunk; (void)first; (void)end;
for (long i = ${begin}; i < ${end}; i++) to[i] = 0;
${loops.map(({ variable, from: first, to: last }) => `for (long ${variable} = ${first}; ${variable} < ${last}; ${variable}++)`).join('\n')}
to[${to}] = source[${from}];
}
`;
}
