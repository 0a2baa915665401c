import { EVENNESS, presentRange, type WinogradConvolution } from '@adjoint/core/backend';
import { literal } from '../render/c-text.js';
import type { VectorTarget } from '../render/vector-target.js';
import type { WinogradShape } from './winograd-shape.js';

/** Floats that the sums of a job's cells take, of whichever operand. */
export function cellsOf({ jobRows, tiles }: WinogradShape): number {
  return (jobRows * 2 + 1) * (tiles[1] * 2 + 1);
}

/**
 * A C function KERNEL_uneven_WHAT(from, cells, uneven, first, tiles), which marks the tiles of a job whose elements of an
 * operand are too uneven for minimal filtering; see `EVENNESS`. `from` is what KERNEL_gather_WHAT has gathered, from row
 * `first` on.
 */
export function renderUneven(
  what: 'input' | 'other',
  convolution: WinogradConvolution,
  shape: WinogradShape,
  { lanes }: VectorTarget,
): string {
  const [halo, stored] = what === 'input' ? [2, shape.channelLanes] : [0, shape.panels * shape.lanes];
  const [rows, columns] = convolution.positions.map((axis, d) =>
    presentRange(convolution[what], axis, shape.positions[d]! + halo),
  ) as [ReturnType<typeof presentRange>, ReturnType<typeof presentRange>];
  const across = shape.tiles[1];
  const row = (shape.width + halo) * stored;
  const [perRow, perTile] = [across * 2 + halo / 2, 2 + halo / 2];
  // The first and the last cell that has elements; those beyond take over its sum.
  const [left, right] = [columns.low >> 1, (columns.high - 1) >> 1];
  const cell = [0, stored, row, row + stored].map((offset) => `magnitudes(at + c + ${offset})`);
  const offsets = Array.from({ length: perTile ** 2 }, (_, i) => Math.floor(i / perTile) * perRow + (i % perTile));
  return `static void KERNEL_uneven_${what}(const float *restrict from, float *restrict cells, char *restrict uneven, long first, long tiles) {
const long count = tiles / ${across} * 2 + ${halo / 2};
for (long r = 0; r < count; r++) {
float *const sums = cells + r * ${perRow};
const long top = ${rows.low} - first > 0 ? (${rows.low} - first) / 2 : 0;
const long bottom = (${rows.high - 1} - first) >> 1;
if (top > bottom || top >= count || ${columns.low >= columns.high ? 1 : 0}) { for (long q = 0; q < ${perRow}; q++) sums[q] = 0; continue; }
const long above = r < top ? top : r > bottom ? bottom : r;
for (long q = ${left}; q <= ${right}; q++) {
const float *const at = from + above * ${2 * row} + q * ${2 * stored};
vf total = {0};
for (long c = 0; c < ${stored}; c += ${lanes}) total += (${cell[0]} + ${cell[1]}) + (${cell[2]} + ${cell[3]});
const float sum = sum_of_lanes(total);
sums[q] = sum < ${literal(EVENNESS.largest, 'float32')} ? sum : INFINITY;
}
for (long q = 0; q < ${left}; q++) sums[q] = sums[${left}];
for (long q = ${right + 1}; q < ${perRow}; q++) sums[q] = sums[${right}];
}
for (long t = 0; t < tiles; t++) {
const float *const cell = cells + t / ${across} * ${2 * perRow} + t % ${across} * 2;
float least = cell[0], most = cell[0];
${offsets
  .slice(1)
  .map(
    (offset) =>
      `least = cell[${offset}] < least ? cell[${offset}] : least; most = cell[${offset}] > most ? cell[${offset}] : most;`,
  )
  .join('\n')}
uneven[t] |= !(most <= ${literal(EVENNESS.ratio, 'float32')} * least && most < INFINITY);
}
}
`;
}
