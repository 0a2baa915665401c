import { checkTensors } from '../operand.js';
import { AdjointError } from '../../errors.js';
import { valueText } from '../../value-text.js';
import { formatShape, type Shape } from '../../tensor/shape.js';
import { reshape } from '../primitives/reshape.js';
import { transpose } from '../primitives/transpose.js';
import { spaceOf } from './window.js';
import type { Tensor } from '../tensor.js';

/**
 * Channels become space: [N, C·rᵈ, …a] → [N, C, …a·r] for d spatial axes; of the channels of one C, the last axis of the
 * r×…×r blocks runs fastest.
 */
export function pixelShuffle(x: Tensor, factor: number): Tensor {
  checkTensors('pixelShuffle', x);
  const space = spaceOf('pixelShuffle', x);
  checkFactor('pixelShuffle', factor);
  const [batch = 0, given = 0] = x.shape;
  const dims = space.length;
  const channels = given / factor ** dims;
  if (!Number.isInteger(channels))
    throw indivisible('pixelShuffle', x.shape, `channels must divide by ${factor ** dims}`);
  const split = reshape(x, [batch, channels, ...space.map(() => factor), ...space]);
  const moved = transpose(split, [0, 1, ...space.flatMap((_, d) => [2 + dims + d, 2 + d])]);
  return reshape(moved, [batch, channels, ...space.map((extent) => extent * factor)]);
}

/** Space becomes channels, the inverse of `pixelShuffle`: [N, C, …a·r] → [N, C·rᵈ, …a]. */
export function pixelUnshuffle(x: Tensor, factor: number): Tensor {
  checkTensors('pixelUnshuffle', x);
  const space = spaceOf('pixelUnshuffle', x);
  checkFactor('pixelUnshuffle', factor);
  const [batch = 0, channels = 0] = x.shape;
  if (space.some((extent) => extent % factor !== 0))
    throw indivisible('pixelUnshuffle', x.shape, `spatial extents must divide by ${factor}`);
  const split = reshape(x, [batch, channels, ...space.flatMap((extent) => [extent / factor, factor])]);
  const moved = transpose(split, [0, 1, ...space.map((_, d) => 3 + 2 * d), ...space.map((_, d) => 2 + 2 * d)]);
  return reshape(moved, [batch, channels * factor ** space.length, ...space.map((extent) => extent / factor)]);
}

function checkFactor(what: string, factor: number): void {
  if (Number.isSafeInteger(factor) && factor >= 1) return;
  throw new AdjointError(
    'ATTRIBUTE_INVALID',
    `${what}: the factor is ${valueText(factor)}; it must be a whole number ≥ 1.`,
  );
}

function indivisible(what: string, shape: Shape, rule: string): AdjointError {
  return new AdjointError(
    'SHAPE_MISMATCH',
    `${what}: takes [batch, channels, …spatial], not ${formatShape(shape)}; ${rule}.`,
  );
}
