import { isFloat } from '@adjoint/core';
import { expressionsOf, vectorAxisOf, type LoopProgram, type Reduction } from '@adjoint/core/backend';
import { hiddenZero, literal, notUnrolled, signature } from './c-text.js';
import { asksForIndex, buffersText, isBranchless, PointWriter, storesText } from './point.js';
import { isWide, startOf, stateOf, totalType } from './reduction-state.js';
import type { RenderedFunction } from './rendered-function.js';

/** Neighbouring outputs that are reduced together. */
const block = 32;
/** Neighbouring elements that are summed apart, where the sum runs along the vectors. */
const lanes = 16;
/**
 * Numbers that are added up in float before they are added to a total in double. That is faster than double alone, and
 * loses half a digit at most.
 */
const runLength = 16;

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
      const { variables, update, result } = stateOf(reduction);
      const writer = new PointWriter(program);
      const take = update(writer, '');
      return `${variables.map(({ type, name, start }) => `${type} ${name} = ${start};`).join(' ')}
${this.#reductionLoops(reduction, `${writer}\n${take}`)}
${storesText(program, result(''))}`;
    }
    if (reduction.scan) return this.#scan(reduction);
    return `${this.#reduce(reduction)}\n${storesText(program, stateOf(reduction).result(''))}`;
  }

  /** A reduction for a block of neighbours of the last axis. */
  #blockLoop(): string {
    const { program } = this;
    const reduction = program.reduction!;
    const axis = this.#last;
    const state = stateOf(reduction);
    const writer = new PointWriter(program);
    const index = `const long i${axis} = first + l${this.#hidesIndices ? ' + zero' : ''}; (void)i${axis};`;
    const each = (width: string | number, statements: string, pragma = '#pragma omp simd\n'): string =>
      `${pragma}for (long l = 0; l < ${width}; l++) {\n${statements}\n}`;
    const starts = state.variables.map(({ name, start }) => `${name}[l] = ${start};`).join(' ');
    const update = isWide(reduction) ? `part[l] += ${writer.value(reduction.value)};` : state.update(writer, '[l]');
    const body = (width: string): string => {
      const elements = each(width, `${index}\n${writer}\n${update}`);
      const around = (loop: string) => `float part[${block}];
${each(block, 'part[l] = 0;', '')}
${loop}
${each(width, 'total[l] += part[l];')}`;
      return `${state.variables.map(({ type, name }) => `${type} ${name}[${block}];`).join(' ')}
${each(block, starts, '')}
${isWide(reduction) ? this.#runs(reduction, elements, around) : this.#reductionLoops(reduction, elements)}
${each(width, `${index}\n${storesText(program, state.result('[l]'))}`)}`;
    };
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
    if (this.#isVectorised && isWide(reduction)) return this.#sumInLanes(reduction);
    const { program } = this;
    const [type, start] = [totalType(reduction), startOf(reduction)];
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
    // GCC 12 reads wrong elements where it unrolls a loop and takes its additions to one variable with those of the loop
    // around it, so each run of the innermost loop has a variable of its own.
    return `${type} total = ${start};
${tracksNan ? 'int is_nan = 0;' : ''}
${this.#reductionLoops(reduction, `${writer}\n${add}`, (innermost) => `${type} part = ${start};\n${simd}${innermost}\n${join}`)}
${tracksNan ? `if (is_nan) total = ${literal(NaN, reduction.value.dtype)};` : ''}`;
  }

  /** Loops over the reduction around what is done at each element; `around` puts the innermost into its place. */
  #reductionLoops({ extents, value }: Reduction, body: string, around = (innermost: string) => innermost): string {
    const first = this.program.extents.length;
    // Sums of floats are not reordered, so the compiler vectorises another loop; there, unrolling these is welcome.
    const zero = this.#hidesIndices && !isFloat(value.dtype) ? 'zero' : '0';
    return extents.reduceRight(
      (inside, extent, d) => {
        const index = `i${first + d}`;
        const end = d === 0 ? 'reduction_extent' : extent;
        const loop = `for (long ${index} = ${zero}; ${index} < ${end}; ${index}++) {\n${inside}\n}`;
        return d === extents.length - 1 ? around(loop) : loop;
      },
      extents.length === 0 ? around(body) : body,
    );
  }

  /** Loops over the reduction, whose innermost axis is cut into runs. */
  #runs(reduction: Reduction, body: string, around: (run: string) => string): string {
    const { extents } = reduction;
    const d = extents.length - 1;
    if (d < 0) return around(body);
    const index = `i${this.program.extents.length + d}`;
    const end = d === 0 ? 'reduction_extent' : extents[d]!;
    const outer = { ...reduction, extents: extents.slice(0, -1) };
    return this.#reductionLoops(
      outer,
      `for (long from = 0; from < ${end}; from += ${runLength}) {
const long to = from + ${runLength} < ${end} ? from + ${runLength} : ${end};
${around(`for (long ${index} = from; ${index} < to; ${index}++) {\n${body}\n}`)}
}`,
    );
  }

  /** A sum of float numbers along the vectors: in lanes, and what remains in double. */
  #sumInLanes(reduction: Reduction): string {
    const { extents } = reduction;
    const d = extents.length - 1;
    const index = `i${this.program.extents.length + d}`;
    const end = d === 0 ? 'reduction_extent' : extents[d]!;
    const outer = { ...reduction, extents: extents.slice(0, -1) };
    const writer = new PointWriter(this.program);
    const value = writer.value(reduction.value);
    return `double total = 0;
${this.#reductionLoops(
  outer,
  `const long whole = ${end} - ${end} % ${lanes};
for (long from = 0; from < whole; from += ${runLength * lanes}) {
const long to = from + ${runLength * lanes} < whole ? from + ${runLength * lanes} : whole;
float part[${lanes}];
for (long l = 0; l < ${lanes}; l++) part[l] = 0;
for (long vector = from; vector < to; vector += ${lanes}) {
#pragma omp simd
for (long l = 0; l < ${lanes}; l++) {
const long ${index} = vector + l;
${writer}
part[l] += ${value};
}
}
#pragma omp simd reduction(+:total)
for (long l = 0; l < ${lanes}; l++) total += part[l];
}
double rest = 0;
for (long ${index} = whole; ${index} < ${end}; ${index}++) {
${writer}
rest += ${value};
}
total += rest;`,
)}`;
  }

  #scan(reduction: Reduction): string {
    const axis = this.program.extents.length;
    const writer = new PointWriter(this.program);
    const value = writer.value(reduction.value);
    const index = reduction.reverse ? 'reduction_extent - 1 - step' : 'step';
    return `${totalType(reduction)} total = 0;
for (long step = 0; step < reduction_extent; step++) {
const long i${axis} = ${index}; (void)i${axis};
${writer}
total += ${value};
${storesText(this.program, stateOf(reduction).result(''))}
}`;
  }
}
