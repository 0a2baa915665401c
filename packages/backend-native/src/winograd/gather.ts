import { presentRange, type Factor, type PresentRange, type WinogradConvolution } from '@adjoint/core/backend';
import type { VectorTarget } from '../render/vector-target.js';
import type { WinogradShape } from './winograd-shape.js';

/**
 * A C function KERNEL_gather_WHAT(source, to, first, rows): rows of an operand of one image as [row][column][channel],
 * with zeros where it has no elements. The input has two more rows and columns than the output.
 */
export function renderGather(
  what: 'input' | 'other',
  convolution: WinogradConvolution,
  shape: WinogradShape,
  target: VectorTarget,
): string {
  const operand = convolution[what];
  const halo = what === 'input' ? 2 : 0;
  const [axis, count, stored] =
    what === 'input'
      ? [convolution.channel, shape.channels, shape.channelLanes]
      : [convolution.filter, shape.filters, shape.panels * shape.lanes];
  const [rows, columns] = convolution.positions.map((one, d) =>
    presentRange(operand, one, shape.positions[d]! + halo),
  ) as [PresentRange, PresentRange];
  const row = (shape.width + halo) * stored;
  return `static void KERNEL_gather_${what}(const float *restrict source, float *restrict to, long first, long rows) {
for (long r = 0; r < rows; r++) {
const long y = first + r;
float *const row = to + r * ${row};
if (y < ${rows.low} || y >= ${rows.high}) { for (long i = 0; i < ${row}; i++) row[i] = 0; continue; }
for (long i = 0; i < ${columns.low * stored}; i++) row[i] = 0;
for (long i = ${columns.high * stored}; i < ${row}; i++) row[i] = 0;
for (long c = 0; c < ${stored}; c += ${target.lanes}) {
${gatherRow(operand, convolution, { axis, count, stored, columns }, target)}
}
}
}
`;
}

/** The elements of a row for the vector of channels from c on: in square blocks where columns are neighbours. */
function gatherRow(
  { index }: Factor,
  { positions }: WinogradConvolution,
  row: { readonly axis: number; readonly count: number; readonly stored: number; readonly columns: PresentRange },
  { lanes }: VectorTarget,
): string {
  const { count, stored, columns } = row;
  const step = (axis: number): number => index.coefficients[axis] ?? 0;
  const [channel, down, across] = [row.axis, ...positions].map(step) as [number, number, number];
  const { low, high } = columns;
  const single = `{ for (long x = ${low}; x < ${high}; x++) for (long l = 0; l < ${lanes}; l++) row[x * ${stored} + c + l] = c + l < ${count} ? source[(c + l) * ${channel}l + y * ${down}l + x * ${across}l] : 0; }`;
  if (across !== 1 || high - low < lanes) return single;
  const block = (x: string): string =>
    `transpose(source + c * ${channel}l + y * ${down}l + ${x}, ${channel}, row + (${x}) * ${stored} + c, ${stored});`;
  // The last block may overlap the one before; both write the same elements.
  return `if (c + ${lanes} <= ${count}) {
for (long x = ${low}; x + ${lanes} <= ${high}; x += ${lanes}) ${block('x')}
${(high - low) % lanes === 0 ? '' : block(String(high - lanes))}
} else ${single}`;
}
