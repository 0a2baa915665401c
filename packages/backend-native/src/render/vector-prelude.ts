/** C of vectors of a width, and of the transposition of a square block of them. */
export function vectorPrelude(lanes: number): string {
  const numbers = Array.from({ length: lanes }, (_, i) => i);
  const halves = numbers.filter((n) => n > 0 && (n & (n - 1)) === 0);
  const stages: string[] = [];
  for (let half = lanes / 2; half >= 1; half /= 2) {
    // Eklundh 1972: exchange the off-diagonal quarters of every block of 2·half.
    const low = numbers.map((j) => (j & half ? lanes + j - half : j));
    const high = numbers.map((j) => (j & half ? lanes + j : j + half));
    for (const i of numbers.filter((row) => !(row & half))) {
      stages.push(
        `{ vf x = a[${i}], y = a[${i + half}]; a[${i}] = shuffle(x, y, ${low}); a[${i + half}] = shuffle(x, y, ${high}); }`,
      );
    }
  }
  return `
typedef float vf __attribute__((vector_size(${4 * lanes}), may_alias));
typedef float vu __attribute__((vector_size(${4 * lanes}), aligned(4), may_alias));
typedef int vi __attribute__((vector_size(${4 * lanes})));
#ifdef __clang__
#define shuffle(x, y, ...) __builtin_shufflevector(x, y, __VA_ARGS__)
#else
#define shuffle(x, y, ...) __builtin_shuffle(x, y, (vi){__VA_ARGS__})
#endif
static inline __attribute__((always_inline)) vf magnitudes(const float *from) {
  return (vf)((vi)*(const vf *)from & 0x7fffffff);
}
static inline __attribute__((always_inline)) float sum_of_lanes(vf x) {
  ${halves.map((half) => `x += shuffle(x, x, ${numbers.map((i) => i ^ half)});`).join(' ')}
  return x[0];
}
static inline __attribute__((always_inline)) void transpose(const float *from, long from_row, float *to, long to_row) {
  vf a[${lanes}];
  ${numbers.map((i) => `a[${i}] = *(const vu *)(from + ${i} * from_row);`).join(' ')}
  ${stages.join('\n  ')}
  ${numbers.map((i) => `*(vu *)(to + ${i} * to_row) = a[${i}];`).join(' ')}
}
`;
}
