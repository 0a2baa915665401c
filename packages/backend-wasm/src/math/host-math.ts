import { errorFunction } from '@adjoint/core/backend';

/**
 * Functions of float64 numbers, imported from the host: named by what they compute and `64`. Unlike the float32
 * functions they are outside the promise of equal bits in every engine.
 */
export const hostMath = {
  math: {
    atan264: Math.atan2,
    cos64: Math.cos,
    erf64: errorFunction,
    exp64: Math.exp,
    expm164: Math.expm1,
    log64: Math.log,
    log1p64: Math.log1p,
    // Unlike IEEE 754 and the float32 function, JavaScript makes 1^NaN and 1^∞ NaN.
    pow64: (x: number, y: number) => (x === 1 ? 1 : x ** y),
    sin64: Math.sin,
    tanh64: Math.tanh,
  },
} as const;
