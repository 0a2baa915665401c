import { AdjointError } from '../errors.js';
import { valueText } from '../value-text.js';

/** Lengths of the axes, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** A shape with null where an extent may differ from call to call, as the sizes of images. */
export type VaryingShape = readonly (number | null)[];

/** Number of elements of a shape. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const extent of shape) size *= extent;
  return size;
}

/** Row-major strides, in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** Where the element at an index lies: Σ index[axis]·strides[axis]. */
export function flatIndex(index: readonly number[], strides: readonly number[]): number {
  return index.reduce((sum, i, axis) => sum + i * strides[axis]!, 0);
}

/** The values that belong to the given axes, in their order. */
export function pickAxes<T>(values: readonly T[], axes: readonly number[]): T[] {
  return axes.map((axis) => values[axis]!);
}

/** One record per axis from one array per property: perAxis({ start: [0, 4], step: [1, 2] })[1] is { start: 4, step: 2 }. */
export function perAxis<T extends Readonly<Record<string, readonly unknown[]>>>(
  arrays: T,
): { readonly [K in keyof T]: T[K][number] }[] {
  const [first = []] = Object.values(arrays);
  return first.map(
    (_, axis) =>
      Object.fromEntries(Object.entries(arrays).map(([name, values]) => [name, values[axis]])) as {
        [K in keyof T]: T[K][number];
      },
  );
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/** Whether a shape is one of those that a varying one stands for. */
export function fitsShape(shape: Shape, varying: VaryingShape): boolean {
  return shape.length === varying.length && varying.every((extent, axis) => extent === null || extent === shape[axis]);
}

/** `[3, *]`, where the star is an extent that may vary. */
export function formatShape(shape: VaryingShape): string {
  return `[${shape.map((extent) => String(extent ?? '*')).join(', ')}]`;
}

/** Checks that every extent is a whole number ≥ 0 and that the size is addressable. */
export function checkShape(shape: Shape, what: string): void {
  if (!Array.isArray(shape)) {
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `${what}: the shape is ${valueText(shape)}; a shape is a list of extents such as [2, 3].`,
    );
  }
  for (const extent of shape) {
    if (!Number.isSafeInteger(extent) || extent < 0) {
      throw new AdjointError(
        'SHAPE_MISMATCH',
        `${what}: shape ${valueText(shape)} has the extent ${valueText(extent)}; extents are whole numbers ≥ 0.`,
      );
    }
  }
  if (sizeOf(shape) > 2 ** 31 - 1) {
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `${what}: shape ${formatShape(shape)} has ${sizeOf(shape)} elements; the most is 2³¹ − 1.`,
    );
  }
}

/** Resolves a possibly negative axis (−1 is the last) to 0 … rank − 1. */
export function normalizeAxis(axis: number, rank: number, what: string): number {
  const resolved = Number.isInteger(axis) ? (axis < 0 ? axis + rank : axis) : -1;
  if (resolved < 0 || resolved >= rank) {
    throw new AdjointError(
      'ATTRIBUTE_INVALID',
      `${what}: axis ${valueText(axis)} is out of range for a tensor of rank ${rank}; use ${rank === 0 ? 'no axis' : `${-rank} … ${rank - 1}`}.`,
    );
  }
  return resolved;
}

/** Resolves axes, sorted and without repetition; `undefined` means all. */
export function normalizeAxes(axes: number | readonly number[] | undefined, rank: number, what: string): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  if (typeof axes !== 'number' && !Array.isArray(axes))
    throw new AdjointError(
      'ATTRIBUTE_INVALID',
      `${what}: the axes are ${valueText(axes)}; give a number or a list of them.`,
    );
  const resolved = (typeof axes === 'number' ? [axes] : (axes as readonly number[])).map((axis) =>
    normalizeAxis(axis, rank, what),
  );
  if (new Set(resolved).size !== resolved.length) {
    throw new AdjointError('ATTRIBUTE_INVALID', `${what}: axes ${valueText(axes)} name an axis twice.`);
  }
  return resolved.sort((a, b) => a - b);
}

/** The common shape of numpy's broadcasting rule. */
export function broadcastShapes(shapes: readonly Shape[], what: string): Shape {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const result = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    shape.forEach((extent, i) => {
      const axis = rank - shape.length + i;
      if (extent === 1 || extent === result[axis]) return;
      if (result[axis] !== 1) {
        throw new AdjointError(
          'SHAPE_MISMATCH',
          `${what}: shapes ${shapes.map(formatShape).join(' and ')} do not broadcast: aligned at the last axis, extents must be equal or 1, but ${result[axis]} meets ${extent}.`,
        );
      }
      result[axis] = extent;
    });
  }
  return result;
}

/** Calls `visit` with every index of `shape` in row-major order; the array passed is reused. */
export function forEachIndex(shape: Shape, visit: (index: readonly number[], flat: number) => void): void {
  const size = sizeOf(shape);
  const index = new Array<number>(shape.length).fill(0);
  for (let flat = 0; flat < size; flat++) {
    visit(index, flat);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
}
