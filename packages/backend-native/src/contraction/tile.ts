import type { VectorTarget } from '../render/vector-target.js';

/** How the tile walks the scalar operand: offsets of its lanes, and a step for each loop of the reduction. */
export interface ScalarWalk {
  readonly offsets: readonly number[];
  /** Outermost first; the first loop's extent comes at run time. */
  readonly loops: readonly { readonly extent: number; readonly step: number }[];
}

/** Elements of a vector panel's row: one to three registers, whichever waste least of the axis; two on a tie. */
export function vectorLanes(extent: number, { lanes }: VectorTarget): number {
  const padded = (registers: number): number => Math.ceil(extent / (registers * lanes)) * registers * lanes;
  return [2, 3, 1].toSorted((a, b) => padded(a) - padded(b))[0]! * lanes;
}

/** Most scalars of a tile: each needs as many registers as the vectors do, which need theirs, and one scalar needs one. */
export function scalarLanes(lanes: number, target: VectorTarget): number {
  const vectors = lanes / target.lanes;
  return Math.floor((target.registers - vectors - 1) / vectors);
}

/**
 * The register tile as a C function NAME(v, s, chunk, t, goes_on): t[lane of s][lane of v] (+)= Σₖ s[k][·]·v[k][·].
 * All sums stay in registers; each scalar is multiplied with one packed vector of v after another.
 */
export function renderTile(name: string, lanes: number, targetLanes: number, { offsets, loops }: ScalarWalk): string {
  const registers = Array.from({ length: lanes / targetLanes }, (_, i) => i);
  const sums = offsets.flatMap((_, row) => registers.map((column) => ({ row, column, name: `c${row}_${column}` })));
  const element = ({ row, column }: (typeof sums)[number]): string =>
    `*(vf *)(t + ${row * lanes + column * targetLanes})`;
  const body = [
    ...registers.map((i) => `const vf v${i} = *(const vf *)(v + ${i * targetLanes});`),
    `v += ${lanes};`,
    ...offsets.map(
      (offset, row) =>
        `{ const float x = s${loops.length}[${offset}]; ${registers.map((i) => `c${row}_${i} += x * v${i};`).join(' ')} }`,
    ),
  ].join('\n');
  const nest = loops.reduceRight(
    (inside, { extent, step }, depth) =>
      `for (long k${depth} = 0; k${depth} < ${depth === 0 ? 'chunk' : extent}; k${depth}++) {
const float *s${depth + 1} = s${depth} + k${depth} * ${step};
${inside}
}`,
    body,
  );
  return `static __attribute__((noinline)) void ${name}(const float *restrict v, const float *restrict s0, long chunk, float *restrict t, int goes_on) {
vf ${sums.map((sum) => `${sum.name} = {0}`).join(', ')};
if (goes_on) { ${sums.map((sum) => `${sum.name} = ${element(sum)};`).join(' ')} }
${nest}
${sums.map((sum) => `${element(sum)} = ${sum.name};`).join(' ')}
}
`;
}
