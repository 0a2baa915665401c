import type { Contraction, Factor } from '../contraction.js';
import { coefficientOf } from '../../../loops/index-expression.js';
import type { LoopProgram } from '../../../loops/loop-program.js';
import { extentsOf } from '../../../loops/rewrite-expression.js';

/** A convolution of 3×3 taps and stride 1 in two dimensions, by the axes of its program. */
export interface WinogradConvolution {
  /** `output`: the sum runs over channels and taps. `kernel`: it runs over images and positions, the taps are the result. */
  readonly of: 'output' | 'kernel';
  /** The operand that is shifted, and the other one. */
  readonly input: Factor;
  readonly other: Factor;
  /** Axis of images; undefined if there is one image. */
  readonly image: number | undefined;
  /** Axis that only `input` has beside images and positions; the one that only `other` has. */
  readonly channel: number;
  readonly filter: number;
  readonly positions: readonly [number, number];
  readonly taps: readonly [number, number];
}

/** Fewer channels or filters do not pay for the transformations. */
const leastChannels = 8;
/** Tiles of 4×4 outputs may compute so much more than is asked for. */
const mostWaste = 1.5;

/** Recognises a contraction that F(4×4, 3×3), or F(3×3, 4×4) for the gradient of a kernel, computes with fewer multiplications. */
export function winogradOf(program: LoopProgram, contraction: Contraction): WinogradConvolution | undefined {
  const { left, right, rows, columns, inner, batch } = contraction;
  const extents = extentsOf(program);
  if (batch.length > 0 || rows.length !== 1 || left.guards.length > 0 || columns.length < 2) return undefined;
  const of =
    inner.length === 3 && columns.length <= 3 && extents[inner[1]!] === 3 && extents[inner[2]!] === 3
      ? 'output'
      : 'kernel';
  const [spaces, others] = of === 'output' ? [columns, inner] : [inner, columns];
  const taps = others.slice(-2);
  const positions = spaces.slice(-2);
  if (others.length !== 3 || spaces.length < 2 || spaces.length > 3) return undefined;
  if (taps.some((axis) => extents[axis] !== 3)) return undefined;
  const isShifted = positions.every((position, d) => {
    const tap = taps[d]!;
    const same = (coefficients: readonly number[]): boolean => coefficients[position] === coefficients[tap];
    return (
      coefficientOf(right.index, position) > 0 &&
      same(right.index.coefficients) &&
      right.guards.every(({ index }) => coefficientOf(index, position) === coefficientOf(index, tap))
    );
  });
  if (!isShifted) return undefined;
  const [channel, filter, image] = [others[0]!, rows[0]!, spaces.length === 3 ? spaces[0] : undefined];
  // Each guard belongs to one dimension, at step 1.
  const isPlain = right.guards.every(({ index }) => {
    const own = positions.filter((position) => index.coefficients[position] === 1);
    const foreign = extents.some(
      (_, axis) => coefficientOf(index, axis) !== 0 && !positions.includes(axis) && !taps.includes(axis),
    );
    return own.length === 1 && !foreign;
  });
  if (!isPlain || extents[channel]! < leastChannels || extents[filter]! < leastChannels) return undefined;
  const size = positions.map((axis) => extents[axis]!);
  const covered = size.reduce((product, extent) => product * Math.ceil(extent / 4) * 4, 1);
  if (covered > mostWaste * size[0]! * size[1]!) return undefined;
  return {
    of,
    input: right,
    other: left,
    image,
    channel,
    filter,
    positions: positions as [number, number],
    taps: taps as [number, number],
  };
}
