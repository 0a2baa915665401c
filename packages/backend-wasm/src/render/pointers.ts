import { distinctExpressions, expressionsOf, indexKey, type Index, type LoopProgram } from '@adjoint/core/primitives';
import { storageBytes } from '@adjoint/core/backend';
import { i32, op, type Code, type FunctionBuilder, type Local } from '../assembler/index.js';

interface Pointer {
  readonly coefficients: readonly number[];
  readonly bytes: number;
  value: Code<'i32'>;
}

/**
 * Addresses and index values of a program, kept up to date from loop to loop: entering a loop adds only what its own
 * axis contributes.
 */
export class Pointers {
  readonly #pointers = new Map<string, Pointer>();

  /** `bases` are the addresses of the buffers. */
  constructor(
    readonly f: FunctionBuilder,
    program: LoopProgram,
    readonly bases: readonly Code<'i32'>[],
  ) {
    const add = (key: string, { offset, coefficients }: Index, bytes: number, base?: Code<'i32'>): void => {
      if (this.#pointers.has(key)) return;
      const start = offset * bytes;
      const value = base ? (start === 0 ? base : op('i32.add', base, i32(start))) : i32(start);
      this.#pointers.set(key, { coefficients, bytes, value });
    };
    const addAccess = (buffer: number, index: Index): void => {
      const bytes = storageBytes(program.buffers[buffer]!);
      // Where an index is to be divided, its address is computed from its value.
      if (index.divisor === 1) add(accessKey(buffer, index), index, bytes, bases[buffer]!);
      else add(indexKey(index), index, 1);
    };
    for (const expression of distinctExpressions(expressionsOf(program))) {
      if (expression.kind === 'load') addAccess(expression.buffer, expression.index);
      if (expression.kind === 'index' || expression.kind === 'random')
        add(indexKey(expression.index), expression.index, 1);
      if (expression.kind === 'guard') for (const { index } of expression.guards) add(indexKey(index), index, 1);
    }
    for (const { buffer, index } of program.stores) addAccess(buffer, index);
  }

  /** Runs `body` with the pointers advanced by the value of an axis. */
  within(axis: number, value: Local<'i32'>, body: () => void): void {
    const before = [...this.#pointers.values()].map((pointer) => [pointer, pointer.value] as const);
    const scaled = new Map<number, Code<'i32'>>([[1, value]]);
    for (const pointer of this.#pointers.values()) {
      const step = (pointer.coefficients[axis] ?? 0) * pointer.bytes;
      if (step === 0) continue;
      let term = scaled.get(step);
      if (!term) scaled.set(step, (term = this.f.let(op('i32.mul', value, i32(step)))));
      pointer.value = this.f.let(op('i32.add', pointer.value, term));
    }
    body();
    for (const [pointer, saved] of before) pointer.value = saved;
  }

  readonly address = (buffer: number, index: Index, bytes: number): Code<'i32'> => {
    if (index.divisor === 1) return this.#pointers.get(accessKey(buffer, index))!.value;
    return op(
      'i32.add',
      this.bases[buffer]!,
      op('i32.mul', op('i32.div_s', this.position(index), i32(index.divisor)), i32(bytes)),
    );
  };

  readonly position = (index: Index): Code<'i32'> => this.#pointers.get(indexKey(index))!.value;
}

function accessKey(buffer: number, index: Index): string {
  return `${buffer}@${indexKey(index)}`;
}
