import { AdjointError, formatShape, iota, logicalAnd, type Shape, type Tensor } from '@adjoint/core';

/** Rows and columns of an image [batch, channels, rows, columns]. */
export function planeOf(who: string, shape: Shape): readonly [rows: number, columns: number] {
  const [, , rows, columns] = shape;
  if (shape.length === 4 && rows !== undefined && columns !== undefined) return [rows, columns];
  throw new AdjointError(
    'SHAPE_MISMATCH',
    `${who}: takes images [channels, rows, columns], but an example is ${formatShape(shape.slice(1))}.`,
  );
}

/**
 * Which places of images lie in boxes, int32 [batch or 1, 4] of top, left, bottom and right, the last two outside:
 * bool [batch or 1, 1, rows, columns].
 */
export function inBoxes(boxes: Tensor, rows: number, columns: number): Tensor {
  const [count = 1] = boxes.shape;
  const edge = (side: number): Tensor => boxes.slice([0, side], [count, side + 1]).reshape([count, 1, 1, 1]);
  const row = iota([1, 1, rows, columns], 2);
  const column = iota([1, 1, rows, columns], 3);
  return logicalAnd(
    logicalAnd(row.greaterEqual(edge(0)), row.less(edge(2))),
    logicalAnd(column.greaterEqual(edge(1)), column.less(edge(3))),
  );
}

/** A box of a height and a width around a centre, both halved by whole division, cut at the edges of the image. */
export function boxAround(
  center: readonly [row: number, column: number],
  [height, width]: readonly [height: number, width: number],
  [rows, columns]: readonly [rows: number, columns: number],
): [top: number, left: number, bottom: number, right: number] {
  const within = (value: number, limit: number): number => Math.min(Math.max(value, 0), limit);
  const [above, beside] = [Math.floor(height / 2), Math.floor(width / 2)];
  return [
    within(center[0] - above, rows),
    within(center[1] - beside, columns),
    within(center[0] + above, rows),
    within(center[1] + beside, columns),
  ];
}
