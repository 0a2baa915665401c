import { notVectorized, sumOf } from '../render/c-text.js';
import { countOf } from './pieces.js';
import type { Tiling } from './tiling.js';

/**
 * A C function KERNEL_pack_SIDE(source, to, first, start, chunk, i0, i1, …): packs a piece of an operand as [k][lane],
 * where k runs over a block of the reduction. `source` is the operand at the fixed axes, `first` the first index along
 * the axis that is cut, `start` and `chunk` the block along the reduction's axis. Lanes past the end of the axis are 0.
 */
export function renderPack(side: 'vector' | 'scalar', tiling: Tiling, targetLanes: number): string {
  return new PackWriter(side, tiling, targetLanes).render();
}

interface PackLoop {
  readonly axis: number;
  readonly extent: string;
}

class PackWriter {
  readonly #operand;
  readonly #pieces;
  /** Elements from one k to the next. */
  readonly #stride;
  /** Over the block of the reduction, outermost first. */
  readonly #loops: readonly PackLoop[];
  /** Indices of the axis that is cut. */
  readonly #extent: number;

  constructor(
    readonly side: 'vector' | 'scalar',
    readonly tiling: Tiling,
    readonly targetLanes: number,
  ) {
    const { vector, scalar, reduction, extents } = tiling;
    this.#operand = tiling[side].operand;
    this.#pieces = tiling[side].pieces;
    this.#stride = side === 'vector' ? vector.lanes : scalar.stride;
    this.#extent = this.#pieces.axis < 0 ? 1 : extents[this.#pieces.axis]!;
    this.#loops = [
      ...(reduction.axis < 0 ? [] : [{ axis: reduction.axis, extent: 'chunk' }]),
      ...reduction.inner.map((axis) => ({ axis, extent: String(extents[axis]!) })),
    ];
  }

  render(): string {
    const { size } = this.#pieces;
    const indices = this.tiling.extents.map((_, axis) => `long i${axis}`).join(', ');
    return `static void KERNEL_pack_${this.side}(const float *restrict source, float *restrict to, long first, long start, long chunk, ${indices}) {
const long valid = ${this.#extent} - first < ${size} ? ${this.#extent} - first : ${size};
${this.#body()}
}
`;
  }

  #body(): string {
    const isSimple = this.#operand.guards.length === 0 && this.#pieces.whole.length === 0;
    const last = this.#loops.at(-1);
    if (isSimple && this.#step(this.#pieces.axis) === 1) return this.#copyRows();
    if (isSimple && last && this.#step(last.axis) === 1) return this.#transposeBlocks(last);
    return this.#gather();
  }

  /** The lanes of a k are neighbours in the operand. */
  #copyRows(): string {
    const { size } = this.#pieces;
    return this.#nest(
      this.#loops,
      `const float *from = source + ${this.#at(this.#loops)};
if (valid == ${size}) for (long l = 0; l < ${size}; l++) to[l] = from[l];
else for (long l = 0; l < ${size}; l++) to[l] = l < valid ? from[l] : 0;
to += ${this.#stride};`,
    );
  }

  /**
   * The k of a lane are neighbours in the operand. A block may reach into the next piece: its lanes fall into the gap
   * after this one and are not used.
   */
  #transposeBlocks(last: PackLoop): string {
    const { targetLanes } = this;
    const { axis, size } = this.#pieces;
    const stride = this.#stride;
    const laneStep = this.#step(axis);
    const outer = this.#loops.slice(0, -1);
    return this.#nest(
      outer,
      `const float *from = source + ${this.#at(outer)};
long k = 0;
for (; k + ${targetLanes} <= ${last.extent}; k += ${targetLanes}) {
long l = 0;
for (; l < ${size} && first + l + ${targetLanes} <= ${this.#extent}; l += ${targetLanes}) transpose(from + l * ${laneStep} + k, ${laneStep}, to + k * ${stride} + l, ${stride});
for (; l < ${size}; l++) for (long j = k; j < k + ${targetLanes}; j++) to[j * ${stride} + l] = l < valid ? from[l * ${laneStep} + j] : 0;
}
for (; k < ${last.extent}; k++) for (long l = 0; l < ${size}; l++) to[k * ${stride} + l] = l < valid ? from[l * ${laneStep} + k] : 0;
to += ${last.extent} * ${stride};`,
    );
  }

  /** Element by element, where its guards hold. */
  #gather(): string {
    const { extents } = this.tiling;
    const { axis, whole, size } = this.#pieces;
    const wholeSize = countOf(whole, extents);
    const laneAxes = [...(axis < 0 ? [] : [axis]), ...whole];
    const condition = ['1', ...this.#guards(laneAxes)].join(' && ');
    let divisor = 1;
    const wholeIndices = whole.toReversed().map((one) => {
      const text = `const long k${one} = l / ${divisor} % ${extents[one]!};`;
      divisor *= extents[one]!;
      return text;
    });
    const cutIndex = axis < 0 ? '' : `const long k${axis} = l / ${wholeSize};`;
    const lanes = laneAxes.map((one) => ({ axis: one }));
    return this.#nest(
      this.#loops,
      `${notVectorized}
for (long l = 0; l < ${size * wholeSize}; l++) {
${wholeIndices.join(' ')} ${cutIndex}
to[l] = l < valid * ${wholeSize} && ${condition} ? source[${this.#at([...lanes, ...this.#loops])}] : 0;
}
to += ${this.#stride};`,
    );
  }

  /** Conditions of the operand's guards at the fixed axes, the lane and k. */
  #guards(laneAxes: readonly number[]): string[] {
    const { extents, reduction } = this.tiling;
    const local = [...laneAxes, ...this.#loops.map(({ axis }) => axis)];
    const fixed = extents.map((_, axis) => axis).filter((axis) => !local.includes(axis));
    return this.#operand.guards.map(({ index, extent }) => {
      const step = (axis: number): number => index.coefficients[axis] ?? 0;
      const terms = (axes: readonly number[], letter: string): string =>
        sumOf(axes.map((axis) => [step(axis), `${letter}${axis}`] as const));
      return `(unsigned long)(${index.offset} + ${terms(local, 'k')} + ${terms(fixed, 'i')} + ${step(this.#pieces.axis)} * first + ${step(reduction.axis)} * start) < ${extent}ul`;
    });
  }

  #step(axis: number): number {
    return this.#operand.index.coefficients[axis] ?? 0;
  }

  #at(loops: readonly Pick<PackLoop, 'axis'>[]): string {
    return sumOf(loops.map(({ axis }) => [this.#step(axis), `k${axis}`] as const));
  }

  #nest(loops: readonly PackLoop[], body: string): string {
    return loops.reduceRight(
      (inside, { axis, extent }) => `for (long k${axis} = 0; k${axis} < ${extent}; k${axis}++) {\n${inside}\n}`,
      body,
    );
  }
}
