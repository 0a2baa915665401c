import type { LoopProgram } from '@adjoint/core/backend';
import { buffersText, storesText } from '../render/point.js';
import { countOf, type Pieces } from './pieces.js';

/** The part of a tiling that the epilogue needs. */
export interface EpilogueShape {
  readonly extents: readonly number[];
  readonly scalar: { readonly pieces: Pieces };
  readonly vector: { readonly pieces: Pieces; readonly lanes: number };
}

/**
 * A C function KERNEL_store(buffers, t, first_s, first_v, i0, …): carries out the program's stores for the finished tile
 * t[lane of s][lane of v]. Where the result is contiguous along s, the tile is transposed first.
 */
export function renderEpilogue(program: LoopProgram, shape: EpilogueShape, targetLanes: number): string {
  const { extents, scalar, vector } = shape;
  const isAlongVector = (program.stores[0]!.index.coefficients[vector.pieces.axis] ?? 0) === 1;
  const local = new Set([vector.pieces.axis, scalar.pieces.axis, ...scalar.pieces.whole]);
  const indices = program.extents.map((_, axis) => (local.has(axis) ? `, long unused${axis}` : `, long i${axis}`));
  return `static void KERNEL_store(char *const *buffers, const float *restrict t, long first_s, long first_v${indices.join('')}) {
const long valid_v = ${validLanes(vector.pieces, vector.lanes, 'first_v', extents)};
const long valid_s = ${validLanes(scalar.pieces, scalar.pieces.size, 'first_s', extents)};
(void)valid_s; (void)first_s;
${buffersText(program)}
${isAlongVector ? storeRows(program, shape) : storeColumns(program, shape, targetLanes)}
}
`;
}

/** Lanes of a piece that are within its axis: a number where no piece is cut short, so that the compiler knows it. */
function validLanes({ axis }: Pieces, lanes: number, first: string, extents: readonly number[]): string {
  const extent = axis < 0 ? 1 : extents[axis]!;
  return extent % lanes === 0 ? String(lanes) : `${extent} - ${first} < ${lanes} ? ${extent} - ${first} : ${lanes}`;
}

/** The result is contiguous along v. */
function storeRows(program: LoopProgram, shape: EpilogueShape): string {
  const { scalar, vector, extents } = shape;
  const lane = scalarLane(scalar.pieces, extents);
  return overScalars(
    shape,
    '',
    overVector(shape, '#pragma GCC ivdep\n', storesText(program, `t[(${lane}) * ${vector.lanes} + l]`)),
  );
}

/** The result is contiguous along s, or along no axis. */
function storeColumns(program: LoopProgram, shape: EpilogueShape, targetLanes: number): string {
  const { extents, scalar, vector } = shape;
  const lanes = scalar.pieces.size * countOf(scalar.pieces.whole, extents);
  const rows = Math.ceil(lanes / targetLanes) * targetLanes;
  const stores = storesText(program, `u[l * ${rows} + ${scalarLane(scalar.pieces, extents)}]`);
  return `float u[${rows * vector.lanes}] __attribute__((aligned(64)));
for (long l = 0; l < ${vector.lanes}; l += ${targetLanes}) for (long r = 0; r < ${rows}; r += ${targetLanes}) transpose(t + r * ${vector.lanes} + l, ${vector.lanes}, u + l * ${rows} + r, ${rows});
${overVector(shape, '', overScalars(shape, '#pragma GCC ivdep\n', stores))}`;
}

/** The number of a scalar in its tile. */
function scalarLane({ axis, whole }: Pieces, extents: readonly number[]): string {
  let factor = 1;
  const terms = [...(axis < 0 ? [] : [axis]), ...whole].toReversed().map((one) => {
    const term = `s${one} * ${factor}`;
    factor *= extents[one]!;
    return term;
  });
  return terms.join(' + ') || '0';
}

/** Loops over the scalars of a tile; the pragma goes before the innermost. */
function overScalars({ extents, scalar: { pieces } }: EpilogueShape, pragma: string, body: string): string {
  const loops = [
    ...(pieces.axis < 0 ? [] : [{ axis: pieces.axis, extent: 'valid_s', first: 'first_s + ' }]),
    ...pieces.whole.map((axis) => ({ axis, extent: String(extents[axis]!), first: '' })),
  ];
  return loops.reduceRight(
    (inside, { axis, extent, first }, depth) =>
      `${depth === loops.length - 1 ? pragma : ''}for (long s${axis} = 0; s${axis} < ${extent}; s${axis}++) { const long i${axis} = ${first}s${axis}; (void)i${axis};
${inside}
}`,
    body,
  );
}

function overVector(
  {
    vector: {
      pieces: { axis },
    },
  }: EpilogueShape,
  pragma: string,
  body: string,
): string {
  return `${pragma}for (long l = 0; l < valid_v; l++) { const long i${axis} = first_v + l; (void)i${axis};
${body}
}`;
}
