import { sumOf } from '../render/c-text.js';
import type { PaddedCopy, ReductionBlocks } from './tiling.js';

/**
 * A C function NAME(source, to, start, chunk, first, end): copies a guarded operand with zeros where its guards fail,
 * for indices first ≤ i < end of the outermost free axis. `source` is the operand at the fixed axes.
 */
export function renderPaddedCopy(
  name: string,
  reduction: ReductionBlocks,
  { free, guarded, size }: PaddedCopy,
): string {
  const loops = [
    ...free.map(({ axis, extent, step, stride }, i) => ({
      variable: `f${i}`,
      from: i === 0 ? 'first' : '0',
      to: i === 0 ? 'end' : axis === reduction.axis ? 'chunk' : String(extent),
      source: [step, axis === reduction.axis ? `(f${i} + start)` : `f${i}`] as const,
      stride,
    })),
    ...guarded.map(({ guard, low, extent, step, stride }, i) => ({
      variable: `g${i}`,
      from: String(Math.max(0, -low)),
      to: String(Math.max(0, Math.min(extent, guard.extent - low))),
      source: [step, `(g${i} + ${low - guard.index.offset})`] as const,
      stride,
    })),
  ];
  const slice = loops[0]!.stride;
  const isSliced = free.length > 0;
  const to = sumOf(loops.map(({ stride, variable }) => [stride, variable] as const));
  const from = sumOf(loops.map(({ source }) => source));
  return `static void ${name}(const float *restrict source, float *restrict to, long start, long chunk, long first, long end) {
(void)start; (void)chunk; (void)first; (void)end;
${isSliced ? `for (long i = first * ${slice}; i < end * ${slice}; i++) to[i] = 0;` : `for (long i = 0; i < ${size}; i++) to[i] = 0;`}
${loops.map(({ variable, from: begin, to: end }) => `for (long ${variable} = ${begin}; ${variable} < ${end}; ${variable}++)`).join('\n')}
to[${to}] = source[${from}];
}
`;
}
