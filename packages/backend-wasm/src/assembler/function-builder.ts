import type { NotInferred } from '@adjoint/core';
import { list, unsigned, type Bytes } from './bytes.js';
import {
  call,
  i32,
  op,
  store,
  type Callable,
  type Code,
  type Local,
  type NamedOperands,
  type ParameterTypes,
  type StoredBy,
} from './code.js';
import { EMPTY_BLOCK, INSTRUCTIONS } from './instructions.js';
import { VALUE_TYPES, type StoreName, type ValueType } from './operations.js';

/** A block that can be left, or a loop that can be started again, by a branch inside it. */
export interface Label {
  readonly depth: number;
}

/** The parameters of a function as its body reads them, by name. */
export type NamedParameters<Types extends ParameterTypes> = {
  readonly [Name in keyof Types]: ParameterOf<Types[Name]>;
};

type ParameterOf<Type> = Type extends ValueType
  ? Local<Type>
  : Type extends readonly ValueType[]
    ? Locals<Type>
    : never;

type Locals<Types extends readonly ValueType[]> = { readonly [K in keyof Types]: Local<Types[K]> };

/** The parameters of a function, which are its first variables. */
export function parametersOf<Types extends ParameterTypes>(types: Types): NamedParameters<Types> {
  let index = 0;
  const entries = Object.entries(types).map(([name, type]) => [
    name,
    typeof type === 'string' ? localAt(type, index++) : type.map((each) => localAt(each, index++)),
  ]);
  return Object.fromEntries(entries) as NamedParameters<Types>;
}

/** The statements of a function, in the order of the calls. */
export class FunctionBuilder {
  readonly #firstLocal: number;
  readonly #locals: ValueType[] = [];
  readonly #statements: Bytes[] = [];
  #depth = 0;

  /** `parameters`: how many there are. */
  constructor(parameters: number) {
    this.#firstLocal = parameters;
  }

  /** A new variable. It is not set back when a loop comes round again. */
  local<Type extends ValueType>(type: Type): Local<Type> {
    return localAt(type, this.#firstLocal + this.#locals.push(type) - 1);
  }

  /** A new variable that holds what the code gives here and now. */
  let<Type extends ValueType>(value: Code<Type>): Local<Type> {
    const local = this.local(value.result);
    this.set(local, value);
    return local;
  }

  set<Type extends ValueType>(local: Local<Type>, value: Code<Type>): void {
    this.#emit(value.bytes, INSTRUCTIONS['local.set'].code, unsigned(local.index));
  }

  /** Runs the code; a value that it leaves is dropped. */
  do(code: Code): void {
    this.#emit(code.bytes, code.result === 'void' ? [] : INSTRUCTIONS.drop.code);
  }

  /** Calls a function; a value that it returns is dropped. */
  call<Parameters extends ParameterTypes>(
    callee: Callable<Parameters>,
    operands: NamedOperands<NotInferred<Parameters>>,
  ): void {
    this.do(call(callee, operands));
  }

  store<Name extends StoreName>(name: Name, address: Code<'i32'>, value: StoredBy<Name>, offset = 0): void {
    this.do(store(name, address, value, offset));
  }

  if(condition: Code<'i32'>, then: () => void, otherwise?: () => void): void {
    this.#emit(condition.bytes);
    this.#nest('if', () => {
      then();
      if (!otherwise) return;
      this.#emit(INSTRUCTIONS.else.code);
      otherwise();
    });
  }

  /** A branch to the label leaves the block. */
  block(body: (label: Label) => void): void {
    this.#nest('block', body);
  }

  /** A branch to the label starts the next round; without one the loop ends. */
  loop(body: (label: Label) => void): void {
    this.#nest('loop', body);
  }

  branch(label: Label): void {
    this.#emit(INSTRUCTIONS.br.code, unsigned(this.#depth - label.depth));
  }

  branchIf(label: Label, condition: Code<'i32'>): void {
    this.#emit(condition.bytes, INSTRUCTIONS.br_if.code, unsigned(this.#depth - label.depth));
  }

  /** Counts an i32 from `from` in steps of `step` > 0 while it is less than `to`, which is computed anew each round. */
  for(from: Code<'i32'>, to: Code<'i32'>, step: number, body: (index: Local<'i32'>) => void): void {
    const isKnown = from.constant !== undefined && to.constant !== undefined;
    if (isKnown && from.constant >= to.constant) return;
    const index = this.let(from);
    const loop = (): void =>
      this.loop((next) => {
        body(index);
        this.set(index, op('i32.add', index, i32(step)));
        this.branchIf(next, op('i32.lt_s', index, to));
      });
    if (isKnown) loop();
    else this.if(op('i32.lt_s', index, to), loop);
  }

  /** Traps. */
  unreachable(): void {
    this.#emit(INSTRUCTIONS.unreachable.code);
  }

  return(value?: Code): void {
    this.#emit(value?.bytes ?? [], INSTRUCTIONS.return.code);
  }

  /** The function's entry in the code section, ending with the value that it returns. */
  finish(value: Code | undefined): Bytes {
    const runs: { count: number; readonly type: ValueType }[] = [];
    for (const type of this.#locals) {
      const last = runs.at(-1);
      if (last?.type === type) last.count++;
      else runs.push({ count: 1, type });
    }
    const locals = list(runs.map(({ count, type }) => [unsigned(count), VALUE_TYPES[type]]));
    return [locals, this.#statements, value?.bytes ?? [], INSTRUCTIONS.end.code];
  }

  #nest(kind: 'block' | 'loop' | 'if', body: (label: Label) => void): void {
    this.#emit(INSTRUCTIONS[kind].code, EMPTY_BLOCK);
    body({ depth: ++this.#depth });
    this.#depth--;
    this.#emit(INSTRUCTIONS.end.code);
  }

  #emit(...bytes: Bytes): void {
    this.#statements.push(bytes);
  }
}

function localAt<Type extends ValueType>(type: Type, index: number): Local<Type> {
  return { result: type, index, bytes: [INSTRUCTIONS['local.get'].code, unsigned(index)] };
}
