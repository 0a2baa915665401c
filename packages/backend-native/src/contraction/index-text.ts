import type { Factor } from '@adjoint/core/backend';
import { sumOf } from '../render/c-text.js';
import type { Pieces } from './pieces.js';
import type { Tiling } from './tiling.js';

/** C of loops over the axes of a contraction, of their indices, and of places in its operands. */
export class IndexText {
  constructor(readonly tiling: Tiling) {}

  extent(axis: number): number {
    return axis < 0 ? 1 : this.tiling.extents[axis]!;
  }

  /** Heads of loops over whole axes; each leaves a bracket open. */
  loops(axes: readonly number[]): string {
    return axes.map((axis) => `for (long i${axis} = 0; i${axis} < ${this.extent(axis)}; i${axis}++) {`).join('\n');
  }

  /** Indices of axes from the number of their combination. */
  decode(axes: readonly number[], flat: string): string {
    let divisor = 1;
    return axes
      .toReversed()
      .map((axis) => {
        const text = `const long i${axis} = ${flat} / ${divisor} % ${this.extent(axis)};`;
        divisor *= this.extent(axis);
        return text;
      })
      .join(' ');
  }

  /** Indices of the outer axes, and `first`, the first index of the axis that is cut, from the number of a piece. */
  decodePiece({ outer, count, size }: Pieces, flat: string, first: string): string {
    return `const long ${first} = ${flat} % ${count} * ${size};
${this.decode(outer, `(${flat} / ${count})`)}`;
  }

  /** Where an operand is at the batch's indices and those of other axes. */
  operand(source: string, { index }: Factor, axes: readonly number[]): string {
    return `${source} + ${this.#sum(index.coefficients, [...this.tiling.batch, ...axes])}`;
  }

  /** Where a piece of an operand begins for a block of the reduction. */
  piece(source: string, { index: { coefficients } }: Factor, { outer, axis }: Pieces, first: string): string {
    const { batch, reduction } = this.tiling;
    return `${source} + ${this.#sum(
      coefficients,
      [...batch, ...outer, ...reduction.outer],
      [
        [axis, first],
        [reduction.axis, 'start'],
      ],
    )}`;
  }

  /** Where a piece of the scalar operand begins in its padded copy. */
  paddedPiece(first: string): string {
    const { scalar, reduction } = this.tiling;
    const { index, free } = scalar.padded!;
    // A guarded axis is copied whole; a free one only for the block.
    const isWhole = !free.some(({ axis }) => axis === reduction.axis);
    return `padded + ${index.offset} + ${this.#sum(index.coefficients, scalar.pieces.outer, [
      [scalar.pieces.axis, first],
      [isWhole ? reduction.axis : -1, 'start'],
    ])}`;
  }

  #sum(
    coefficients: readonly number[],
    axes: readonly number[],
    others: readonly (readonly [axis: number, text: string])[] = [],
  ): string {
    return sumOf([
      ...axes.map((axis) => [coefficients[axis] ?? 0, `i${axis}`] as const),
      ...others.map(([axis, text]) => [coefficients[axis] ?? 0, text] as const),
    ]);
  }
}
