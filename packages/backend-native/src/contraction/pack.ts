import type { Factor } from '@adjoint/core';
import { sumOf } from '../render/c-text.js';
import type { Pieces, Plan, ReductionBlocks } from './tiling.js';

/**
 * A C function NAME(source, to, first, FIXED…, start, chunk): packs a piece of an operand as [k][lane]. `source` is the
 * operand at the fixed axes, `first` the first index along the axis that is cut, `start` and `chunk` the block along the
 * reduction's axis. Lanes behind the end of the axis are zero.
 */
export function renderPack(
  name: string,
  { extents }: Plan,
  operand: Factor,
  pieces: Pieces,
  reduction: ReductionBlocks,
  stride: number,
  unitLanes: number,
): string {
  const { coefficients } = operand.index;
  const step = (axis: number): number => coefficients[axis] ?? 0;
  const wholeSize = pieces.whole.reduce((size, axis) => size * extents[axis]!, 1);
  const extent = pieces.axis < 0 ? 1 : extents[pieces.axis]!;
  const loops = [
    ...(reduction.axis < 0 ? [] : [{ axis: reduction.axis, extent: 'chunk' }]),
    ...reduction.inner.map((axis) => ({ axis, extent: String(extents[axis]!) })),
  ];
  const last = loops.at(-1);
  const laneStep = step(pieces.axis);
  const isTransposed = last !== undefined && step(last.axis) === 1 && pieces.whole.length === 0 && laneStep !== 1;
  const isPlain = operand.guards.length === 0;
  const open = (count: number): string =>
    loops
      .slice(0, count)
      .map(({ axis, extent: end }) => `for (long k${axis} = 0; k${axis} < ${end}; k${axis}++) {`)
      .join('\n');
  const close = (count: number): string => '}'.repeat(Math.min(count, loops.length));
  const at = (axes: readonly number[]): string => sumOf(axes.map((axis) => [step(axis), `k${axis}`] as const));
  const all = loops.map(({ axis }) => axis);

  let body: string;
  if (isPlain && pieces.whole.length === 0 && laneStep === 1) {
    body = `${open(loops.length)}
const float *from = source + ${at(all)};
if (valid == ${pieces.size}) for (long l = 0; l < ${pieces.size}; l++) to[l] = from[l];
else for (long l = 0; l < ${pieces.size}; l++) to[l] = l < valid ? from[l] : 0;
to += ${stride};
${close(loops.length)}`;
  } else if (isPlain && isTransposed) {
    // A block may reach into the next piece: its lanes fall into the gap behind this one and are not used.
    const inner = loops.length - 1;
    body = `${open(inner)}
const float *from = source + ${at(all.slice(0, -1))};
long k = 0;
for (; k + ${unitLanes} <= ${last.extent}; k += ${unitLanes}) {
long l = 0;
for (; l < ${pieces.size} && first + l + ${unitLanes} <= ${extent}; l += ${unitLanes}) transpose(from + l * ${laneStep} + k, ${laneStep}, to + k * ${stride} + l, ${stride});
for (; l < ${pieces.size}; l++) for (long j = k; j < k + ${unitLanes}; j++) to[j * ${stride} + l] = l < valid ? from[l * ${laneStep} + j] : 0;
}
for (; k < ${last.extent}; k++) for (long l = 0; l < ${pieces.size}; l++) to[k * ${stride} + l] = l < valid ? from[l * ${laneStep} + k] : 0;
to += ${last.extent} * ${stride};
${close(inner)}`;
  } else {
    const laneAxes = [...(pieces.axis < 0 ? [] : [pieces.axis]), ...pieces.whole];
    const guards = operand.guards.map(({ index, extent: end }) => {
      const axes = [...laneAxes, ...all];
      const own = sumOf(axes.map((axis) => [index.coefficients[axis] ?? 0, `k${axis}`] as const));
      const fixed = sumOf(
        extents.flatMap((_, axis) =>
          axes.includes(axis) ? [] : [[index.coefficients[axis] ?? 0, `i${axis}`] as const],
        ),
      );
      const first = (index.coefficients[pieces.axis] ?? 0) * 1;
      const start = (index.coefficients[reduction.axis] ?? 0) * 1;
      return `(unsigned long)(${index.offset} + ${own} + ${fixed} + ${first} * first + ${start} * start) < ${end}ul`;
    });
    const condition = ['1', ...guards].join(' && ');
    const rest = pieces.whole.toReversed().reduce<{ text: string; divisor: number }>(
      ({ text, divisor }, axis) => ({
        text: `${text} const long k${axis} = l / ${divisor} % ${extents[axis]!};`,
        divisor: divisor * extents[axis]!,
      }),
      { text: '', divisor: 1 },
    );
    const cut = pieces.axis < 0 ? '' : `const long k${pieces.axis} = l / ${rest.divisor};`;
    body = `${open(loops.length)}
for (long l = 0; l < ${pieces.size * wholeSize}; l++) {
${rest.text} ${cut}
to[l] = l < valid * ${wholeSize} && ${condition} ? source[${at([...laneAxes, ...all])}] : 0;
}
to += ${stride};
${close(loops.length)}`;
  }
  const fixed = extents.map((_, axis) => `long i${axis}`).join(', ');
  return `static void ${name}(const float *restrict source, float *restrict to, long first, long start, long chunk, ${fixed}) {
const long valid = ${extent} - first < ${pieces.size} ? ${extent} - first : ${pieces.size};
${body}
}
`;
}
