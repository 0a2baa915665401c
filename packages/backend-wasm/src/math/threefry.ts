import { i32, i32x4, op, type FunctionBuilder } from '../assembler/index.js';
import type { Vector } from './f32x4.js';

/** Rotation distances of Threefry-2x32, used in turn. */
const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24];

/** Skein's parity word for the key schedule, in its 32-bit form. */
const PARITY = 0x1bd11bda;

/**
 * First word of Threefry-2x32 with 20 rounds at the counter (c0, c1) under the key (k0, k1), all int32 lanes.
 * Source: Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11, section 3.2.
 */
export function threefry(f: FunctionBuilder, c0: Vector, c1: Vector, k0: Vector, k1: Vector): Vector {
  const [first, second] = [f.let(k0), f.let(k1)];
  const third = f.let(op('v128.xor', op('v128.xor', first, second), i32x4(PARITY)));
  const keys = [first, second, third];
  const x0 = f.let(op('i32x4.add', c0, first));
  const x1 = f.let(op('i32x4.add', c1, second));
  for (let round = 0; round < 20; round++) {
    const distance = ROTATIONS[round % 8]!;
    f.set(x0, op('i32x4.add', x0, x1));
    const rotated = op('v128.or', op('i32x4.shl', x1, i32(distance)), op('i32x4.shr_u', x1, i32(32 - distance)));
    f.set(x1, op('v128.xor', rotated, x0));
    if (round % 4 < 3) continue;
    const injection = (round + 1) / 4;
    f.set(x0, op('i32x4.add', x0, keys[injection % 3]!));
    f.set(x1, op('i32x4.add', x1, op('i32x4.add', keys[(injection + 1) % 3]!, i32x4(injection))));
  }
  return x0;
}
