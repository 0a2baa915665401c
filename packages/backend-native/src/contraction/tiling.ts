import type { Contraction, Factor, Guard, Index, LoopProgram } from '@adjoint/core';

/** What the compiler's vector unit offers: float32 lanes of a register, and how many registers there are. */
export interface VectorUnit {
  readonly lanes: number;
  readonly registers: number;
}

/** An operand of a contraction as one side of the register tile. */
export interface Side {
  readonly operand: Factor;
  /** Axes that only this side depends on, outermost first. */
  readonly axes: readonly number[];
}

/** A piece of a side's axes that one tile covers: `size` indices of `axis`, and all of the axes behind it. */
export interface Pieces {
  /** The axis that is cut; -1 if the side has a single index. */
  readonly axis: number;
  /** Axes behind it that every piece covers whole. */
  readonly whole: readonly number[];
  /** Axes before it. */
  readonly outer: readonly number[];
  /** Indices of `axis` in a piece; the last piece may have less. */
  readonly size: number;
  readonly count: number;
}

/** How the reduction is cut: blocks of `chunk` indices of `axis`, at each index of the axes before it. */
export interface ReductionBlocks {
  readonly outer: readonly number[];
  readonly axis: number;
  readonly chunk: number;
  /** Axes behind it. */
  readonly inner: readonly number[];
  readonly count: number;
}

/**
 * A guarded operand without its guards: a copy with zeros around it, made for a block of the reduction and, if `perJob`,
 * for one index of the side's first axis.
 */
export interface PaddedCopy {
  readonly free: readonly {
    readonly axis: number;
    readonly step: number;
    readonly stride: number;
    readonly extent: number;
  }[];
  readonly guarded: readonly {
    readonly guard: Guard;
    readonly low: number;
    readonly extent: number;
    /** Elements of the operand, and of the copy, from one index to the next. */
    readonly step: number;
    readonly stride: number;
  }[];
  readonly perJob: boolean;
  readonly size: number;
  /** Where elements stand in the copy. */
  readonly index: Index;
}

/**
 * The plan of a contraction: one operand is read in vectors (packed), the other one element by element, each of which
 * meets all lanes of the vectors. Chosen from the shape and the vector unit alone, and so is the order of summation.
 */
export interface Plan {
  readonly extents: readonly number[];
  readonly batch: readonly number[];
  readonly batches: number;
  readonly vector: Side & { readonly pieces: Pieces; readonly lanes: number };
  readonly scalar: Side & { readonly pieces: Pieces; readonly mode: 'direct' | 'packed'; readonly padded?: PaddedCopy };
  readonly reduction: ReductionBlocks;
  /** Which side's pieces are the jobs that threads share out; the other side is packed by all of them together, before. */
  readonly outer: 'vector' | 'scalar';
}

/** Elements of the reduction in a block: a packed panel of two registers' lanes stays in half of a second cache. */
const blockLength = 1024;
/** Lanes of the scalar operand further apart than this are packed: they would not share cache lines, but cache sets. */
const nearby = 64;

export function planOf(program: LoopProgram, contraction: Contraction, unit: VectorUnit): Plan | undefined {
  const extents = [...program.extents, ...program.reduction!.extents];
  const size = (axes: readonly number[]): number => axes.reduce((count, axis) => count * extents[axis]!, 1);
  const { left, right, rows, columns, inner, batch } = contraction;
  const length = size(inner);
  if (length === 0) return undefined;
  // Packing an operand whose elements are used several times each, as those of a convolution's input, multiplies it.
  const isInflated = size(columns) * length > 1.5 * distinct(right, [...columns, ...inner], extents);
  const sides = { left: { operand: left, axes: rows }, right: { operand: right, axes: columns } };
  const [vector, scalar] = isInflated ? [sides.left, sides.right] : [sides.right, sides.left];
  if (vector.axes.length === 0) return undefined;

  const lanes = lanesOf(extents[vector.axes.at(-1)!]!, unit);
  const vectorPieces = piecesOf(vector.axes, extents, lanes, 1);
  const scalarPieces = piecesOf(scalar.axes, extents, scalarLanes(lanes, unit), Infinity);

  const step = scalar.operand.index.coefficients[scalar.axes.at(-1) ?? -1] ?? 0;
  const isDirect = isInflated || (Math.abs(step) <= nearby && scalar.operand.guards.length === 0);
  const reduction = blocksOf(inner, extents);
  const padded =
    isDirect && scalar.operand.guards.length > 0 ? paddedCopy(scalar, scalarPieces, reduction, extents) : undefined;
  const mode = isDirect && (scalar.operand.guards.length === 0 || padded) ? 'direct' : 'packed';
  const pieceCount = (pieces: Pieces): number => pieces.count * size(pieces.outer);
  return {
    extents,
    batch,
    batches: size(batch),
    vector: { ...vector, pieces: vectorPieces, lanes },
    scalar: { ...scalar, pieces: scalarPieces, mode, ...(padded && { padded }) },
    reduction,
    outer: isInflated || pieceCount(scalarPieces) >= pieceCount(vectorPieces) ? 'scalar' : 'vector',
  };
}

/** Lanes of a vector panel: whole registers that waste least of the axis, two if that is all the same. */
export function lanesOf(extent: number, { lanes }: VectorUnit): number {
  const waste = (registers: number): number => Math.ceil(extent / (registers * lanes)) * registers * lanes;
  return [2, 3, 1].toSorted((a, b) => waste(a) - waste(b))[0]! * lanes;
}

/** Scalars of a tile: what is left of the registers when the vectors, and one scalar, have theirs. */
export function scalarLanes(lanes: number, unit: VectorUnit): number {
  const vectors = lanes / unit.lanes;
  return Math.floor((unit.registers - vectors - 1) / vectors);
}

/** Cuts a side into pieces of at most `most` indices: of as many whole axes as fit, and part of the next. */
function piecesOf(axes: readonly number[], extents: readonly number[], most: number, wholeAxes: number): Pieces {
  const whole: number[] = [];
  let covered = 1;
  const rest = [...axes];
  while (rest.length > 1 && whole.length < wholeAxes - 1 && covered * extents[rest.at(-1)!]! <= most) {
    const axis = rest.pop()!;
    whole.unshift(axis);
    covered *= extents[axis]!;
  }
  const axis = rest.pop() ?? -1;
  const extent = axis < 0 ? 1 : extents[axis]!;
  const fitting = Math.max(1, Math.floor(most / covered));
  // Vector panels are whole registers; scalar pieces are as even as can be.
  const count = Math.ceil(extent / fitting);
  const size = wholeAxes === 1 ? fitting : Math.ceil(extent / count);
  return { axis, whole, outer: rest, size, count: Math.ceil(extent / size) };
}

function blocksOf(inner: readonly number[], extents: readonly number[]): ReductionBlocks {
  let position = inner.length - 1;
  let covered = 1;
  while (position > 0 && covered * extents[inner[position]!]! <= blockLength) covered *= extents[inner[position--]!]!;
  const axis = inner[position] ?? -1;
  const extent = axis < 0 ? 1 : extents[axis]!;
  const blocks = Math.ceil(extent / Math.max(1, Math.floor(blockLength / covered)));
  const chunk = Math.ceil(extent / blocks);
  const outer = inner.slice(0, Math.max(0, position));
  return {
    outer,
    axis,
    chunk,
    inner: inner.slice(position + 1),
    count: Math.ceil(extent / chunk) * outer.reduce((count, one) => count * extents[one]!, 1),
  };
}

/** Elements of a buffer between the first and the last that an operand touches along the axes, at most. */
function distinct({ index }: Factor, axes: readonly number[], extents: readonly number[]): number {
  return axes.reduce((span, axis) => span + Math.abs(index.coefficients[axis] ?? 0) * (extents[axis]! - 1), 1);
}

/**
 * The copy that frees an operand of its guards. Every guarded position must step through the operand evenly: its axes
 * contribute to the address in proportion to what they contribute to the guard.
 */
function paddedCopy(
  { operand, axes }: Side,
  pieces: Pieces,
  reduction: ReductionBlocks,
  extents: readonly number[],
): PaddedCopy | undefined {
  const { index, guards } = operand;
  const ranged = (axis: number): number => (axis === reduction.axis ? reduction.chunk : extents[axis]!);
  // A job is one index of the first outer axis; a copy for each job stays in its core's cache.
  const [job] = pieces.outer;
  const perJob = job !== undefined && guards.every((guard) => (guard.index.coefficients[job] ?? 0) === 0);
  const fixed = new Set([...(perJob ? [job] : []), ...reduction.outer]);
  const own = [...axes, ...reduction.outer, ...(reduction.axis < 0 ? [] : [reduction.axis]), ...reduction.inner];
  const rest = [...index.coefficients];
  const guarded = guards.map((guard) => {
    const guardAxes = own.filter((axis) => (guard.index.coefficients[axis] ?? 0) !== 0);
    const steps = guardAxes.map((axis) => (index.coefficients[axis] ?? 0) / guard.index.coefficients[axis]!);
    guardAxes.forEach((axis) => (rest[axis] = 0));
    const [low, high] = guardAxes.reduce(
      ([from, to], axis) => {
        const reach = guard.index.coefficients[axis]! * (extents[axis]! - 1);
        return [from + Math.min(0, reach), to + Math.max(0, reach)];
      },
      [guard.index.offset, guard.index.offset],
    );
    const isEven =
      steps.length > 0 &&
      steps.every((step) => step === steps[0] && Number.isInteger(step)) &&
      guardAxes.every((axis) => !fixed.has(axis));
    return { guard, axes: guardAxes, step: isEven ? steps[0]! : NaN, low: low!, extent: high! - low! + 1 };
  });
  const taken = guarded.flatMap(({ axes: guardAxes }) => guardAxes);
  if (guarded.some(({ step }) => Number.isNaN(step)) || new Set(taken).size < taken.length) return undefined;

  const free = own.filter((axis) => !fixed.has(axis) && (rest[axis] ?? 0) !== 0);
  const coefficients = extents.map(() => 0);
  let stride = 1;
  const guardedDimensions = guarded
    .toReversed()
    .map(({ guard, axes: guardAxes, step, low, extent }) => {
      for (const axis of guardAxes) coefficients[axis] = guard.index.coefficients[axis]! * stride;
      const dimension = { guard, low, extent, step, stride };
      stride *= extent;
      return dimension;
    })
    .toReversed();
  const freeDimensions = free
    .toReversed()
    .map((axis) => {
      coefficients[axis] = stride;
      const dimension = { axis, step: rest[axis]!, stride, extent: ranged(axis) };
      stride *= ranged(axis);
      return dimension;
    })
    .toReversed();
  const offset = guardedDimensions.reduce(
    (sum, { guard, low, stride: own }) => sum + (guard.index.offset - low) * own,
    0,
  );
  return {
    free: freeDimensions,
    guarded: guardedDimensions,
    perJob,
    size: stride,
    index: { offset, coefficients, divisor: 1 },
  };
}
