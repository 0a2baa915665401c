/** What follows the opcode of an instruction. */
export type Immediate = 'block' | 'label' | 'function' | 'local' | 'i32' | 'i64' | 'f32' | 'f64' | 'v128' | 'bytes';

interface Instruction {
  readonly code: readonly number[];
  /** Values that it takes from the stack, and that it leaves there. */
  readonly operands: number;
  readonly results: 0 | 1;
  readonly immediate?: Immediate;
}

/**
 * Flow of control, calls, variables and constants: instructions with immediates, or whose types depend on where they
 * stand. `return` takes what the function returns, if anything; `call` what the callee takes.
 */
export const INSTRUCTIONS = {
  unreachable: { code: [0x00], operands: 0, results: 0 },
  block: { code: [0x02], operands: 0, results: 0, immediate: 'block' },
  loop: { code: [0x03], operands: 0, results: 0, immediate: 'block' },
  if: { code: [0x04], operands: 1, results: 0, immediate: 'block' },
  else: { code: [0x05], operands: 0, results: 0 },
  end: { code: [0x0b], operands: 0, results: 0 },
  br: { code: [0x0c], operands: 0, results: 0, immediate: 'label' },
  br_if: { code: [0x0d], operands: 1, results: 0, immediate: 'label' },
  return: { code: [0x0f], operands: 1, results: 0 },
  call: { code: [0x10], operands: 0, results: 0, immediate: 'function' },
  drop: { code: [0x1a], operands: 1, results: 0 },
  select: { code: [0x1b], operands: 3, results: 1 },
  'local.get': { code: [0x20], operands: 0, results: 1, immediate: 'local' },
  'local.set': { code: [0x21], operands: 1, results: 0, immediate: 'local' },
  'i32.const': { code: [0x41], operands: 0, results: 1, immediate: 'i32' },
  'i64.const': { code: [0x42], operands: 0, results: 1, immediate: 'i64' },
  'f32.const': { code: [0x43], operands: 0, results: 1, immediate: 'f32' },
  'f64.const': { code: [0x44], operands: 0, results: 1, immediate: 'f64' },
  'v128.const': { code: [0xfd, 0x0c], operands: 0, results: 1, immediate: 'v128' },
  'i8x16.shuffle': { code: [0xfd, 0x0d], operands: 2, results: 1, immediate: 'bytes' },
} as const satisfies Readonly<Record<string, Instruction>>;

/** The type of a block that leaves nothing. */
export const EMPTY_BLOCK = 0x40;
