/** Skein's parity word for the key schedule, in its 32-bit form. */
const PARITY = 0x1bd11bda;

/**
 * Threefry-2x32 with 20 rounds: a bijection of the 64-bit counter (c0, c1), chosen by the 64-bit key (k0, k1).
 * Words go in as any integers (taken modulo 2³²) and come out as integers in 0 … 2³² − 1.
 *
 * Source: Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11, section 3.2.
 */
export function threefry2x32(k0: number, k1: number, c0: number, c1: number): [number, number] {
  // The key's words, of which each injection takes the next two.
  let [first, second, third] = [k0 | 0, k1 | 0, PARITY ^ k0 ^ k1];
  let x0 = (c0 + first) | 0;
  let x1 = (c1 + second) | 0;
  for (let injection = 1; injection <= 5; injection++) {
    const isOdd = injection % 2 === 1;
    x0 = (x0 + x1) | 0;
    x1 = rotate(x1, isOdd ? 13 : 17) ^ x0;
    x0 = (x0 + x1) | 0;
    x1 = rotate(x1, isOdd ? 15 : 29) ^ x0;
    x0 = (x0 + x1) | 0;
    x1 = rotate(x1, isOdd ? 26 : 16) ^ x0;
    x0 = (x0 + x1) | 0;
    x1 = rotate(x1, isOdd ? 6 : 24) ^ x0;
    x0 = (x0 + second) | 0;
    x1 = (x1 + third + injection) | 0;
    [first, second, third] = [second, third, first];
  }
  return [x0 >>> 0, x1 >>> 0];
}

function rotate(word: number, distance: number): number {
  return (word << distance) | (word >>> (32 - distance));
}
