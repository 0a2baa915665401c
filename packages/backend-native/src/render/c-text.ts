import type { DType } from '@adjoint/core';
import type { Guard, Index } from '@adjoint/core/backend';

/** A C expression of a weighted sum. */
export function sumOf(terms: readonly (readonly [factor: number, term: string])[]): string {
  const parts = terms
    .filter(([factor]) => factor !== 0)
    .map(([factor, term]) => (factor === 1 ? term : `${factor}l * ${term}`));
  return parts.length === 0 ? '0' : parts.length === 1 ? parts[0]! : `(${parts.join(' + ')})`;
}

/** An index over the variables i0, i1, …, not divided by its divisor. */
export function numerator({ offset, coefficients }: Index): string {
  return sumOf([
    ...(offset === 0 ? [] : [[1, `${offset}l`] as const]),
    ...coefficients.map((c, axis) => [c, `i${axis}`] as const),
  ]);
}

export function indexText(index: Index): string {
  return index.divisor === 1 ? numerator(index) : `(${numerator(index)} / ${index.divisor})`;
}

/** The condition that all guards hold. */
export function guardText(guards: readonly Guard[]): string {
  const conditions = guards.map(({ index, extent }) => {
    if (index.divisor === 1) return `(uint64_t)${numerator(index)} < ${extent}u`;
    const bound = Math.max(0, (extent - 1) * index.divisor + 1);
    return `(uint64_t)${numerator(index)} < ${bound}u && ${numerator(index)} % ${index.divisor} == 0`;
  });
  return conditions.join(' && ') || '1';
}

export const cTypes: Readonly<Record<DType, string>> = {
  float32: 'float',
  float64: 'double',
  int32: 'int32_t',
  bool: 'int32_t',
};

/** A constant of C. */
export function literal(value: number, dtype: DType): string {
  if (dtype === 'int32' || dtype === 'bool') return value === -(2 ** 31) ? 'INT32_MIN' : String(value);
  const suffix = dtype === 'float32' ? 'f' : '';
  if (Number.isNaN(value)) return `(${cTypes[dtype]})NAN`;
  if (!Number.isFinite(value)) return value > 0 ? `(${cTypes[dtype]})INFINITY` : `(-(${cTypes[dtype]})INFINITY)`;
  const text = Object.is(value, -0) ? '-0' : String(value);
  const number = `${/[.e]/.test(text) ? text : `${text}.0`}${suffix}`;
  return text.startsWith('-') ? `(${number})` : number;
}

/**
 * What follows keeps two faults of GCC 12 at -O3 away. If it unrolls an innermost loop with loads under conditions, and
 * vectorises the loop around it, then it masks all vectors of a group of loads like the first one. And it takes a wrong
 * factor for a fused multiply-add under a mask that is constant. So the compiler does not unroll such loops, or not
 * vectorise those around them, and where there is arithmetic under conditions, indices are a counter plus `zero`, which is
 * 0 without the compiler knowing it.
 */
export const hiddenZero = 'long zero = 0; __asm__("" : "+r"(zero));';
/** Goes before a loop. */
export const notUnrolled = '#pragma GCC unroll 1\n';
/** Goes into the body of a loop; loops in there may still be vectorised. */
export const notVectorized = '__asm__ volatile("");';

/** Stands for a function's name in rendered C, so that equal functions have equal text; see `named`. */
const placeholder = 'KERNEL';

/** How the function of a loop program begins. Its static helpers are named after it: KERNEL_pack_vector, … */
export const signature = `void ${placeholder}(int64_t end, int64_t reduction_extent, char *const *buffers, char *scratch, int threads)`;

/** Rendered C with a name in place of the placeholder. */
export function named(text: string, name: string): string {
  return text.replaceAll(placeholder, name);
}
