import { i32, load, op, type Code } from '../assembler/index.js';

/**
 * Words of a packing descriptor (pack-layout.ts writes it): this header, then for each guard [start, inner step, extent], for
 * each lane axis [extent, address step, guard steps…], for each run [address, length, guard values…].
 */
export const DESCRIPTOR = {
  lanes: 0,
  laneCount: 1,
  laneAxes: 2,
  guards: 3,
  innerStep: 4,
  header: 5,
  guardWords: 3,
} as const;

/** Words that pack needs for its table: for each of 8 lanes address, validity, interval, guards; then each guard's range. */
export function packTableWords(guards: number): number {
  return 8 * (4 + guards) + 2 * guards;
}

export type I32 = Code<'i32'>;
export const words = (count: I32): Code<'i32'> => op('i32.shl', count, i32(2));
export const word = (address: I32, index = 0): Code<'i32'> => load('i32.load', address, index * 4);
