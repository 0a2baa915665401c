/** How the tile walks the scalar operand: offsets of its lanes, and a step for each loop of the reduction. */
export interface ScalarWalk {
  readonly offsets: readonly number[];
  /** Outermost first; the first loop's extent comes at run time. */
  readonly loops: readonly { readonly extent: number; readonly step: number }[];
}

/**
 * The register tile as a C function NAME(v, s, chunk, t, goes_on): t[lane of s][lane of v] (+)= Σₖ s[k][·]·v[k][·].
 * All sums stay in registers; each scalar is multiplied with one packed vector of v after another.
 */
export function renderTile(name: string, lanes: number, unitLanes: number, { offsets, loops }: ScalarWalk): string {
  const registers = Array.from({ length: lanes / unitLanes }, (_, i) => i);
  const sums = offsets.map((_, row) => registers.map((column) => ({ row, column, name: `c${row}_${column}` }))).flat();
  const place = ({ row, column }: (typeof sums)[number]): string => `*(vf *)(t + ${row * lanes + column * unitLanes})`;
  const body = [
    ...registers.map((i) => `const vf v${i} = *(const vf *)(v + ${i * unitLanes});`),
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
if (goes_on) { ${sums.map((sum) => `${sum.name} = ${place(sum)};`).join(' ')} }
${nest}
${sums.map((sum) => `${place(sum)} = ${sum.name};`).join(' ')}
}
`;
}
