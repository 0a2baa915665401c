/** C that every source file begins with: headers, and functions that vectorise where those of the C library do not. */
export const prelude = `
#include <math.h>
#include <omp.h>
#include <stdint.h>
/* e^x to 1.1 ulp: x = n ln 2 + r (Cody & Waite 1980), a minimax polynomial for e^r - 1, and 2^n in two factors. */
static inline float adjoint_exp(float value) {
  float x = value > 89.0f ? 89.0f : value;
  x = x < -104.0f ? -104.0f : x;
  const float n = __builtin_rintf(x * 1.4426950408889634f);
  const float r = (x - n * 0.693359375f) - n * -2.1219444005469057e-4f;
  float p = 1.3948766e-3f;
  p = p * r + 8.367922e-3f;
  p = p * r + 4.166625e-2f;
  p = p * r + 1.6666533e-1f;
  p = p * r + 5e-1f;
  const float e = (r + r * r * p) + 1.0f;
  const int32_t whole = (int32_t)(n != n ? 0.0f : n);
  const int32_t half = whole >> 1;
  union { int32_t i; float f; } a, b;
  a.i = (half + 127) << 23;
  b.i = (whole - half + 127) << 23;
  return e * a.f * b.f;
}
/* tanh x to 2 ulp: a minimax polynomial near 0, 1 - 2/(e^2x + 1) beyond. */
static inline float adjoint_tanh(float x) {
  const float a = __builtin_fabsf(x);
  const float s = a * a;
  float p = -5.7170503e-3f;
  p = p * s + 2.0650592e-2f;
  p = p * s + -5.37435e-2f;
  p = p * s + 1.3331491e-1f;
  p = p * s + -3.3333284e-1f;
  const float near = a + a * s * p;
  const float far = 1.0f - 2.0f / (adjoint_exp(a + a) + 1.0f);
  return __builtin_copysignf(a < 0.625f ? near : far, x);
}
/* First word of Threefry-2x32 with 20 rounds (Salmon et al. 2011). */
static inline int32_t adjoint_threefry(int64_t counter, int32_t stream, int32_t low, int32_t high) {
  static const int rotations[8] = {13, 15, 26, 6, 17, 29, 16, 24};
  const uint32_t keys[3] = {(uint32_t)low, (uint32_t)high, (uint32_t)low ^ (uint32_t)high ^ 0x1bd11bdau};
  uint32_t x = (uint32_t)counter + keys[0], y = (uint32_t)stream + keys[1];
  for (int round = 0; round < 20; round++) {
    x += y;
    y = (y << rotations[round % 8] | y >> (32 - rotations[round % 8])) ^ x;
    if (round % 4 < 3) continue;
    const uint32_t injection = (uint32_t)(round + 1) / 4;
    x += keys[injection % 3];
    y += keys[(injection + 1) % 3] + injection;
  }
  return (int32_t)x;
}
`;
