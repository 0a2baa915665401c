import { AdjointError } from '../errors.js';
import { isHostTensor, type HostTensor } from './host-tensor.js';

/** Beyond so many elements, the middle of each axis is left out. */
const summarizedFrom = 1000;
/** Elements shown at either end of an axis then. */
const edge = 3;
const digits = 5;

/**
 * The elements as NumPy prints them: rows in brackets, aligned, the middle of long axes left out.
 * @throws AdjointError `DATA_INVALID` for what is no host tensor
 * @example formatValues(hostTensor([[1, 20], [3, 4]])) // [[ 1, 20],\n [ 3,  4]]
 */
export function formatValues(tensor: HostTensor): string {
  if (!isHostTensor(tensor))
    throw new AdjointError('DATA_INVALID', 'formatValues: takes a host tensor { data, shape, dtype }.');
  const { data, shape, dtype } = tensor;
  const keeps = data.length > summarizedFrom ? edge : Infinity;
  const shown: string[] = [];
  const format = (value: number): string => {
    if (dtype === 'bool') return value === 0 ? 'false' : 'true';
    return String(dtype === 'int32' ? value : Number(value.toPrecision(digits)));
  };
  visit(shape, 0, 0, data.length, keeps, (i) => shown.push(format(data[i]!)));
  const width = Math.max(0, ...shown.map((text) => text.length));
  let next = 0;
  const build = (axis: number): string => {
    if (axis === shape.length) return shown[next++]!.padStart(shape.length === 0 ? 0 : width);
    const parts = positions(shape[axis]!, keeps).map((position) => (position < 0 ? '…' : build(axis + 1)));
    // Rows stand below each other, with an empty line between blocks of rows.
    const separator =
      axis === shape.length - 1 ? ', ' : `,${'\n'.repeat(shape.length - 1 - axis)}${' '.repeat(axis + 1)}`;
    return `[${parts.join(separator)}]`;
  };
  return build(0);
}

/** Which positions of an axis are shown; −1 stands for those left out. */
function positions(extent: number, keeps: number): number[] {
  const all = Array.from({ length: Math.min(extent, 2 * keeps + 1) }, (_, i) => i);
  if (extent <= 2 * keeps) return all;
  return all.map((i) => (i < keeps ? i : i === keeps ? -1 : extent - (2 * keeps + 1 - i)));
}

function visit(
  shape: readonly number[],
  axis: number,
  offset: number,
  size: number,
  keeps: number,
  show: (i: number) => void,
): void {
  const extent = shape[axis];
  if (extent === undefined) return show(offset);
  const inner = size / Math.max(1, extent);
  for (const position of positions(extent, keeps))
    if (position >= 0) visit(shape, axis + 1, offset + position * inner, inner, keeps, show);
}
