import type { Guard, Index } from './loop-program.js';

/** The constant index. */
export function constantIndex(offset: number): Index {
  return { offset, coefficients: [], divisor: 1 };
}

/** The index of one axis of the nest. */
export function axisIndex(axis: number): Index {
  const coefficients = new Array<number>(axis + 1).fill(0);
  coefficients[axis] = 1;
  return { offset: 0, coefficients, divisor: 1 };
}

/** scale·index + offset. */
export function scaleIndex(index: Index, scale: number, offset = 0): Index {
  return reduced(
    index.offset * scale + offset * index.divisor,
    index.coefficients.map((c) => c * scale),
    index.divisor,
  );
}

/** What an index advances by along an axis, times its divisor: 0 if it does not depend on the axis. */
export function coefficientOf({ coefficients }: Index, axis: number): number {
  return coefficients[axis] ?? 0;
}

export function addIndices(a: Index, b: Index): Index {
  const divisor = (a.divisor * b.divisor) / greatestCommonDivisor(a.divisor, b.divisor);
  const ka = divisor / a.divisor;
  const kb = divisor / b.divisor;
  const length = Math.max(a.coefficients.length, b.coefficients.length);
  const coefficients = Array.from({ length }, (_, axis) => coefficientOf(a, axis) * ka + coefficientOf(b, axis) * kb);
  return reduced(a.offset * ka + b.offset * kb, coefficients, divisor);
}

/** index / divisor: whole where the guard for it holds. */
export function divideIndex(index: Index, divisor: number): Index {
  return reduced(index.offset, index.coefficients, index.divisor * divisor);
}

/** Row-major position of an index vector: Σ index[d]·strides[d]. */
export function linearIndex(indices: readonly Index[], strides: readonly number[]): Index {
  return indices.reduce(
    (sum, index, d) => (strides[d] === 0 ? sum : addIndices(sum, scaleIndex(index, strides[d]!))),
    constantIndex(0),
  );
}

/** A key under which equal indices meet. */
export function indexKey(index: Index): string {
  return `${index.offset}:${index.coefficients.join(',')}${index.divisor === 1 ? '' : `/${index.divisor}`}`;
}

export function indicesKey(indices: readonly Index[]): string {
  return indices.map(indexKey).join(';');
}

/** Smallest and largest value over a nest. */
export function indexRange(index: Index, extents: readonly number[]): [number, number] {
  let low = index.offset;
  let high = index.offset;
  index.coefficients.forEach((c, axis) => {
    const end = c * (extents[axis]! - 1);
    if (end < 0) low += end;
    else high += end;
  });
  return [low / index.divisor, high / index.divisor];
}

/** True if a guard holds on the whole nest, so that it can be left out. */
export function guardHolds(guard: Guard, extents: readonly number[]): boolean {
  const { divisor, offset, coefficients } = guard.index;
  const whole =
    divisor === 1 ||
    (offset % divisor === 0 && coefficients.every((c, axis) => c % divisor === 0 || extents[axis] === 1));
  const [low, high] = indexRange(guard.index, extents);
  return whole && low >= 0 && high <= guard.extent - 1;
}

export function greatestCommonDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return Math.abs(a);
}

function reduced(offset: number, coefficients: readonly number[], divisor: number): Index {
  let end = coefficients.length;
  while (end > 0 && coefficients[end - 1] === 0) end--;
  const trimmed = coefficients.slice(0, end);
  if (divisor === 1) return { offset, coefficients: trimmed, divisor };
  const common = trimmed.reduce((d, c) => greatestCommonDivisor(d, c), greatestCommonDivisor(divisor, offset));
  if (common === 1) return { offset, coefficients: trimmed, divisor };
  return { offset: offset / common, coefficients: trimmed.map((c) => c / common), divisor: divisor / common };
}
