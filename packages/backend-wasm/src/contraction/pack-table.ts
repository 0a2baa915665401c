import { i32, load, op, type Code, type FunctionBuilder } from '../assembler/index.js';

// What `pack` reads and writes are tables of words. A descriptor (pack-layout.ts writes it) is its header, then its
// guards, its lane axes and its runs. The table that `pack` fills for itself is a list of lanes, then a range for each
// guard. These are the positions of the words.

/** The header of a descriptor. */
export const DESCRIPTOR = { lanes: 0, laneCount: 1, laneAxes: 2, guards: 3, innerStep: 4, words: 5 } as const;

/** A guard: its index where all axes are 0, how that changes along the inner axis, and its extent. */
export const GUARD = { start: 0, innerStep: 1, extent: 2, words: 3 } as const;

/** An axis of the lanes: its extent and its step in bytes, then the step of each guard. */
export const AXIS = { extent: 0, step: 1, guards: 2 } as const;

/** A run: its offset in bytes and its length, then what it adds to each guard. It has as many words as an axis. */
export const RUN = { offset: 0, length: 1, guards: 2 } as const;

/**
 * A lane: its address, whether it exists, in which interval of the run it has elements, then its part of each guard.
 */
export const LANE = { address: 0, exists: 1, low: 2, high: 3, guards: 4 } as const;

/** The smallest and largest value of a guard over the lanes of a panel. */
export const RANGE = { low: 0, high: 1, words: 2 } as const;

/** Lanes of the widest panel. */
const mostLanes = 8;

/** Words of the table that `pack` fills. */
export function packTableWords(guards: number): number {
  return mostLanes * (LANE.guards + guards) + guards * RANGE.words;
}

export type I32 = Code<'i32'>;

/** This many words, in bytes. */
export const words = (count: I32): I32 => op('i32.shl', count, i32(2));

export const word = (address: I32, index = 0): I32 => load('i32.load', address, index * 4);

export function setWord(f: FunctionBuilder, address: I32, index: number, value: I32): void {
  f.store('i32.store', address, value, index * 4);
}
