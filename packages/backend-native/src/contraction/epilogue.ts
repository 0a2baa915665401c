import type { LoopProgram } from '@adjoint/core';
import { buffersText, storesText } from '../render/point.js';
import type { Pieces } from './tiling.js';

/** The part of a plan that matters when the sums are done. */
export interface EpilogueShape {
  readonly extents: readonly number[];
  readonly scalar: { readonly pieces: Pieces };
  readonly vector: { readonly pieces: Pieces; readonly lanes: number };
}

/**
 * A C function NAME(buffers, t, first_s, first_v, i0, …): carries out the program's stores for the finished tile t[lane of
 * s][lane of v]. Where the result is contiguous along s, the tile is turned over first.
 */
export function renderEpilogue(
  name: string,
  program: LoopProgram,
  { extents, scalar, vector }: EpilogueShape,
  unitLanes: number,
): string {
  const [store] = program.stores;
  const vectorAxis = vector.pieces.axis;
  const isAlongVector = (store!.index.coefficients[vectorAxis] ?? 0) === 1;
  const scalarLoops = [
    ...(scalar.pieces.axis < 0 ? [] : [{ axis: scalar.pieces.axis, extent: 'valid_s', first: 'first_s + ' }]),
    ...scalar.pieces.whole.map((axis) => ({ axis, extent: String(extents[axis]!), first: '' })),
  ];
  let factor = 1;
  const terms = scalarLoops.toReversed().map(({ axis }) => {
    const term = `s${axis} * ${factor}`;
    factor *= extents[axis]!;
    return term;
  });
  const lane = terms.join(' + ') || '0';
  const rows =
    Math.ceil((scalar.pieces.size * scalar.pieces.whole.reduce((size, axis) => size * extents[axis]!, 1)) / unitLanes) *
    unitLanes;
  const loopsOverScalar = (body: string): string =>
    scalarLoops.reduceRight(
      (inside, { axis, extent, first }, depth) =>
        `${depth === scalarLoops.length - 1 && !isAlongVector ? '#pragma GCC ivdep\n' : ''}for (long s${axis} = 0; s${axis} < ${extent}; s${axis}++) { const long i${axis} = ${first}s${axis}; (void)i${axis};
${inside}
}`,
      body,
    );
  const loopOverVector = (body: string): string =>
    `${isAlongVector ? '#pragma GCC ivdep\n' : ''}for (long l = 0; l < valid_v; l++) { const long i${vectorAxis} = first_v + l; (void)i${vectorAxis};
${body}
}`;
  const turned = `float u[${rows * vector.lanes}] __attribute__((aligned(64)));
for (long l = 0; l < ${vector.lanes}; l += ${unitLanes}) for (long r = 0; r < ${rows}; r += ${unitLanes}) transpose(t + r * ${vector.lanes} + l, ${vector.lanes}, u + l * ${rows} + r, ${rows});`;
  const body = isAlongVector
    ? loopsOverScalar(loopOverVector(storesText(program, `t[(${lane}) * ${vector.lanes} + l]`)))
    : `${turned}\n${loopOverVector(loopsOverScalar(storesText(program, `u[l * ${rows} + ${lane}]`)))}`;
  const local = new Set([vectorAxis, scalar.pieces.axis, ...scalar.pieces.whole]);
  const fixed = program.extents.map((_, axis) => (local.has(axis) ? `long unused${axis}` : `long i${axis}`));
  // Where no piece is cut short the compiler knows its size.
  const valid = ({ axis }: Pieces, lanes: number, first: string): string => {
    const extent = axis < 0 ? 1 : extents[axis]!;
    return extent % lanes === 0 ? String(lanes) : `${extent} - ${first} < ${lanes} ? ${extent} - ${first} : ${lanes}`;
  };
  return `static void ${name}(char *const *buffers, const float *restrict t, long first_s, long first_v${fixed.map((one) => `, ${one}`).join('')}) {
const long valid_v = ${valid(vector.pieces, vector.lanes, 'first_v')};
const long valid_s = ${valid(scalar.pieces, scalar.pieces.size, 'first_s')};
(void)valid_s; (void)first_s;
${buffersText(program)}
${body}
}
`;
}
