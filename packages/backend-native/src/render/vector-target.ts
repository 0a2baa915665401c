/** The vectors that C is written for. */
export interface VectorTarget {
  /** float32 elements of a register. */
  readonly lanes: number;
  readonly registers: number;
}

/** The vectors of the processor that a compiler compiles for, from the macros that it predefines. */
export function vectorTarget(macros: string): VectorTarget {
  const has = (macro: string): boolean => new RegExp(`^#define ${macro}\\b`, 'm').test(macros);
  if (has('__AVX512F__')) return { lanes: 16, registers: 32 };
  if (has('__AVX__')) return { lanes: 8, registers: 16 };
  return { lanes: 4, registers: has('__aarch64__') ? 32 : 16 };
}
