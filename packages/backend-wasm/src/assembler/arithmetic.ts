import { op, select, type Code } from './code.js';

/** Short forms for the i32 arithmetic of addresses and counts. */
export const add = (a: Code<'i32'>, b: Code<'i32'>): Code<'i32'> => op('i32.add', a, b);
export const sub = (a: Code<'i32'>, b: Code<'i32'>): Code<'i32'> => op('i32.sub', a, b);
export const mul = (a: Code<'i32'>, b: Code<'i32'>): Code<'i32'> => op('i32.mul', a, b);
/** The quotient and the rest of numbers that are not negative. */
export const div = (a: Code<'i32'>, b: Code<'i32'>): Code<'i32'> => op('i32.div_u', a, b);
export const rem = (a: Code<'i32'>, b: Code<'i32'>): Code<'i32'> => op('i32.rem_u', a, b);
/** Both operands are written twice: they should be short. */
export const smaller = (a: Code<'i32'>, b: Code<'i32'>): Code<'i32'> => select(op('i32.lt_s', a, b), a, b);
export const larger = (a: Code<'i32'>, b: Code<'i32'>): Code<'i32'> => select(op('i32.gt_s', a, b), a, b);
