import { isFloat } from '@adjoint/core';
import { expressionsOf, vectorAxisOf, type LoopProgram, type Reduction } from '@adjoint/core/backend';
import { cTypes, hiddenZero, literal, notUnrolled, signature } from './c-text.js';
import { asksForIndex, buffersText, isBranchless, PointWriter, storesText } from './point.js';
import { startOf, stateOf } from './reduction-state.js';
import type { RenderedFunction } from './rendered-function.js';

/** Additions into one accumulator before it is added to the total: keeps rounding errors of long sums small. */
const partLength = 1024;
/** Neighbouring outputs that are reduced together. */
const block = 32;

/**
 * Renders a loop program as a C function. The extents of the first axis and of the first reduction axis come at run time,
 * so one function serves every batch size. The first axes are split among threads; a reduction never is.
 */
export function renderLoops(program: LoopProgram): RenderedFunction {
  return { text: new LoopWriter(program).render(), scratchBytes: () => 0 };
}

class LoopWriter {
  readonly #last: number;
  readonly #blocks: boolean;
  readonly #isVectorised: boolean;
  /** Whether neighbours along the last axis are computed together, without a reduction. */
  readonly #isSimd: boolean;
  /** Whether the compiler must not know the indices of axes of fixed extent; see `hiddenZero`. */
  readonly #hidesIndices: boolean;

  constructor(readonly program: LoopProgram) {
    const { extents, reduction } = program;
    this.#last = extents.length - 1;
    const axis = vectorAxisOf(program);
    this.#isVectorised = axis !== 'none' && isBranchless(expressionsOf(program));
    this.#isSimd = this.#isVectorised && reduction === undefined;
    this.#hidesIndices = asksForIndex(expressionsOf(program));
    this.#blocks = reduction !== undefined && axis === 'parallel' && this.#last >= 0;
  }

  render(): string {
    const { program } = this;
    return `${signature} {
(void)end; (void)reduction_extent; (void)scratch; (void)threads;
${this.#hidesIndices ? hiddenZero : ''}
${buffersText(program)}
${this.#parallelLoops()}
}
`;
  }

  #parallelLoops(): string {
    const { program } = this;
    const { extents, parallel } = program;
    const count = this.#blocks ? this.#last : extents.length;
    const opened = Array.from({ length: count }, (_, axis) => this.#open(axis));
    const inner = `${this.#indices(count)}${this.#blocks ? this.#blockLoop() : this.#point()}`;
    // Two axes together: a short first one would leave threads idle.
    const shared = Math.min(parallel, this.#blocks ? this.#last + 1 : count);
    const collapse = shared >= 2 && count > 2 ? ' collapse(2)' : '';
    const pragma =
      shared > 0 ? `#pragma omp parallel for num_threads(threads) if (threads > 1) schedule(static)${collapse}\n` : '';
    if (count === 1 && this.#isSimd)
      return `#pragma omp parallel for simd num_threads(threads) if (parallel: threads > 1) schedule(static)\n${opened[0]}\n${inner}\n}`;
    return `${pragma}${opened.join('\n')}\n${inner}\n${'}'.repeat(count)}`;
  }

  #open(axis: number): string {
    if (axis === 0) return 'for (long i0 = 0; i0 < end; i0++) {';
    const index = `${this.#hidesIndices ? 'j' : 'i'}${axis}`;
    const pragma = this.#isSimd ? '#pragma omp simd\n' : this.#hidesIndices ? notUnrolled : '';
    return `${axis === this.#last ? pragma : ''}for (long ${index} = 0; ${index} < ${this.program.extents[axis]!}; ${index}++) {`;
  }

  /** Indices of the loops that are open, where they are not their counters. */
  #indices(count: number): string {
    if (!this.#hidesIndices) return '';
    return Array.from({ length: count }, (_, axis) =>
      axis === 0 ? '' : `const long i${axis} = j${axis} + zero;\n`,
    ).join('');
  }

  #point(): string {
    const { program } = this;
    const { reduction } = program;
    if (!reduction) return storesText(program);
    if (reduction.operation === 'pick') {
      const { variables, update } = stateOf(reduction);
      const writer = new PointWriter(program);
      const take = update(writer, '');
      return `${variables.map(({ type, name, start }) => `${type} ${name} = ${start};`).join(' ')}
${this.#reductionLoops(reduction, (loops) => loops(`${writer}\n${take}`))}
${storesText(program, 'best')}`;
    }
    if (reduction.scan) return this.#scan(reduction);
    return `${this.#reduce(reduction)}\n${storesText(program, 'total')}`;
  }

  /** A reduction for a block of neighbours of the last axis. */
  #blockLoop(): string {
    const { program } = this;
    const reduction = program.reduction!;
    const axis = this.#last;
    const state = stateOf(reduction);
    const writer = new PointWriter(program);
    const update = state.update(writer, '[l]');
    const index = `const long i${axis} = first + l${this.#hidesIndices ? ' + zero' : ''}; (void)i${axis};`;
    const body = (
      width: string,
    ): string => `${state.variables.map(({ type, name }) => `${type} ${name}[${block}];`).join(' ')}
for (long l = 0; l < ${block}; l++) { ${state.variables.map(({ name, start }) => `${name}[l] = ${start};`).join(' ')} }
${this.#reductionLoops(reduction, (loops) =>
  loops(`#pragma omp simd
for (long l = 0; l < ${width}; l++) {
${index}
${writer}
${update}
}`),
)}
#pragma omp simd
for (long l = 0; l < ${width}; l++) {
${index}
${storesText(program, `${state.variables[0]!.name}[l]`)}
}`;
    if (axis > 0) {
      // Constant widths: the compiler unrolls these loops.
      const size = program.extents[axis]!;
      const whole = size - (size % block);
      return `for (long first = 0; first < ${whole}; first += ${block}) {
${body(String(block))}
}
${whole === size ? '' : `{ const long first = ${whole};\n${body(String(size - whole))}\n}`}`;
    }
    return `for (long first = 0; first < end; first += ${block}) {
if (first + ${block} <= end) {
${body(String(block))}
} else {
const long width = end - first;
${body('width')}
}
}`;
  }

  #reduce(reduction: Reduction): string {
    const { program } = this;
    const type = cTypes[reduction.value.dtype];
    const tracksNan = reduction.operation === 'max' && isFloat(reduction.value.dtype);
    const writer = new PointWriter(program);
    const value = writer.value(reduction.value);
    const isMaximum = reduction.operation === 'max';
    const simd = this.#isVectorised
      ? `#pragma omp simd reduction(${isMaximum ? 'max' : '+'}:part)${tracksNan ? ' reduction(|:is_nan)' : ''}\n`
      : '';
    const add = isMaximum
      ? `${tracksNan ? `is_nan |= ${value} != ${value};` : ''} part = ${value} > part ? ${value} : part;`
      : `part += ${value};`;
    const join = isMaximum ? 'total = part > total ? part : total;' : 'total += part;';
    return `${type} total = ${startOf(reduction)};
${tracksNan ? 'int is_nan = 0;' : ''}
${this.#reductionLoops(
  reduction,
  (loops) => `${type} part = ${startOf(reduction)};
${loops(`${writer}\n${add}`, simd)}
${join}`,
)}
${tracksNan ? `if (is_nan) total = ${literal(NaN, reduction.value.dtype)};` : ''}`;
  }

  /** Loops over the reduction, whose last axis is cut into parts; `part` writes what is done for each of them. */
  #reductionLoops(reduction: Reduction, part: (loops: (body: string, pragma?: string) => string) => string): string {
    const first = this.program.extents.length;
    const { extents, value } = reduction;
    const extent = (d: number): string => (d === 0 ? 'reduction_extent' : String(extents[d]!));
    // Sums of floats are not reordered, so the compiler vectorises another loop; there, unrolling these is welcome.
    const zero = this.#hidesIndices && !isFloat(value.dtype) ? 'zero' : '0';
    if (extents.length === 0) return part((body) => body);
    const d = extents.length - 1;
    const outer = extents
      .slice(0, -1)
      .map(
        (_, axis) => `for (long i${first + axis} = ${zero}; i${first + axis} < ${extent(axis)}; i${first + axis}++) {`,
      );
    return `${outer.join('\n')}
for (long from = ${zero}; from < ${extent(d)}; from += ${partLength}) {
const long to = from + ${partLength} < ${extent(d)} ? from + ${partLength} : ${extent(d)};
${part((body, pragma = '') => `${pragma}for (long i${first + d} = from; i${first + d} < to; i${first + d}++) {\n${body}\n}`)}
}
${'}'.repeat(outer.length)}`;
  }

  #scan(reduction: Reduction): string {
    const axis = this.program.extents.length;
    const writer = new PointWriter(this.program);
    const value = writer.value(reduction.value);
    const index = reduction.reverse ? 'reduction_extent - 1 - step' : 'step';
    return `${cTypes[reduction.value.dtype]} total = 0;
for (long step = 0; step < reduction_extent; step++) {
const long i${axis} = ${index}; (void)i${axis};
${writer}
total += ${value};
${storesText(this.program, 'total')}
}`;
  }
}
