import type { NotInferred } from '@adjoint/core';
import { signed, unsigned, type Bytes } from './bytes.js';
import { INSTRUCTIONS } from './instructions.js';
import {
  ATOMICS,
  LANES,
  LOADS,
  OPERATIONS,
  STORES,
  type AtomicName,
  type LaneName,
  type LoadName,
  type Operation,
  type OperationName,
  type ResultType,
  type StoreName,
  type ValueType,
} from './operations.js';

/**
 * Code that leaves one value (or nothing) on the stack. It runs wherever it is used: a value that is
 * used twice, or must be taken before memory changes, belongs in a local (`FunctionBuilder.let`).
 */
export interface Code<Result extends ResultType = ResultType> {
  readonly result: Result;
  readonly bytes: Bytes;
  /** The value of an i32 that is known when the code is written. */
  readonly constant?: number;
}

/** A variable of a function. As code it reads the variable. */
export interface Local<Type extends ValueType = ValueType> extends Code<Type> {
  readonly index: number;
}

/** The parameters of a function, in their order. A list stands for several parameters that share a name. */
export type ParameterTypes = Readonly<Record<string, ValueType | readonly ValueType[]>>;

/** A function of the module, imported or defined. */
export interface Callable<Parameters extends ParameterTypes = ParameterTypes, Result extends ResultType = ResultType> {
  readonly name: string;
  readonly parameters: Parameters;
  readonly result: Result;
  /** Known for certain when the module is complete. */
  readonly index: () => number;
}

/** What a function is called with: code for each of its parameters, by name. */
export type NamedOperands<Parameters extends ParameterTypes> = {
  readonly [Name in keyof Parameters]: OperandOf<Parameters[Name]>;
};

type OperandOf<Type> = Type extends ValueType ? Code<Type> : Type extends readonly ValueType[] ? Operands<Type> : never;

type Operands<Types extends readonly ValueType[]> = { readonly [K in keyof Types]: Code<Types[K]> };

/** The value that a store takes. */
export type StoredBy<Name extends StoreName> = Code<(typeof STORES)[Name]['operands'][1]>;

type OperandsOf<Entry> = Entry extends Operation<infer Types, ResultType> ? Operands<Types> : never;
type ResultOf<Entry> = Entry extends Operation<readonly ValueType[], infer Result> ? Result : never;

/** An instruction without immediates, by its name in the text format. */
export function op<Name extends OperationName>(
  name: Name,
  ...operands: OperandsOf<(typeof OPERATIONS)[Name]>
): Code<ResultOf<(typeof OPERATIONS)[Name]>> {
  return assemble(OPERATIONS[name], operands);
}

/** The same where the name is only known at run time, and so are the types; they are checked then. */
export function opByName(name: string, ...operands: readonly Code[]): Code<ValueType> {
  const operation: Operation<readonly ValueType[], ValueType> | undefined = Object.hasOwn(OPERATIONS, name)
    ? OPERATIONS[name as OperationName]
    : undefined;
  if (!operation) throw new Error(`assembler: there is no operation ${name}`);
  const given = operands.map(({ result }) => result).join(', ');
  const expected = operation.operands.join(', ');
  if (given !== expected) throw new Error(`assembler: ${name} takes (${expected}), not (${given})`);
  return assemble(operation, operands);
}

/** `offset` is in bytes, added to the address without wrapping. Alignment is a hint only, and left at 1. */
export function load<Name extends LoadName>(
  name: Name,
  address: Code<'i32'>,
  offset = 0,
): Code<ResultOf<(typeof LOADS)[Name]>> {
  return assemble(LOADS[name], [address], [0, unsigned(offset)]);
}

export function store<Name extends StoreName>(
  name: Name,
  address: Code<'i32'>,
  value: StoredBy<Name>,
  offset = 0,
): Code<'void'> {
  return assemble(STORES[name], [address, value], [0, unsigned(offset)]);
}

/** An instruction for one lane: `lane('f32x4.replace_lane', 2, vector, value)`. */
export function lane<Name extends LaneName>(
  name: Name,
  index: number,
  ...operands: OperandsOf<(typeof LANES)[Name]>
): Code<ResultOf<(typeof LANES)[Name]>> {
  return assemble(LANES[name], operands, [index]);
}

/** An atomic access at a constant offset from an address: `atomic('i32.atomic.rmw.add', 64, address, i32(1))`. */
export function atomic<Name extends AtomicName>(
  name: Name,
  offset: number,
  ...operands: OperandsOf<(typeof ATOMICS)[Name]>
): Code<ResultOf<(typeof ATOMICS)[Name]>> {
  // Unlike other accesses, these must state their full alignment.
  return assemble(ATOMICS[name], operands, [2, unsigned(offset)]);
}

/** Four 32-bit lanes picked from the eight of two vectors. */
export function shuffle(
  a: Code<'v128'>,
  b: Code<'v128'>,
  lanes: readonly [number, number, number, number],
): Code<'v128'> {
  const picks = lanes.flatMap((from) => [0, 1, 2, 3].map((byte) => 4 * from + byte));
  return { result: 'v128', bytes: [a.bytes, b.bytes, INSTRUCTIONS['i8x16.shuffle'].code, picks] };
}

/** `x` where the condition is not 0, otherwise `y`; both are computed. */
export function select<Type extends ValueType>(condition: Code<'i32'>, x: Code<Type>, y: Code<Type>): Code<Type> {
  return { result: x.result, bytes: [x.bytes, y.bytes, condition.bytes, INSTRUCTIONS.select.code] };
}

export function call<Parameters extends ParameterTypes, Result extends ResultType>(
  callee: Callable<Parameters, Result>,
  operands: NamedOperands<NotInferred<Parameters>>,
): Code<Result> {
  const inOrder = Object.entries(callee.parameters).flatMap(([name, types]) => {
    const given = (operands as Readonly<Record<string, Code | readonly Code[] | undefined>>)[name];
    const codes = given === undefined ? [] : [given].flat();
    const [expected, found] = [[types].flat().join(', '), codes.map(({ result }) => result).join(', ')];
    if (expected !== found) {
      throw new Error(`assembler: ${callee.name} takes (${expected}) as ${name}, not (${found})`);
    }
    return codes;
  });
  return {
    result: callee.result,
    bytes: [operandBytes(inOrder), INSTRUCTIONS.call.code, () => unsigned(callee.index())],
  };
}

export function i32(value: number): Code<'i32'> {
  const constant = value | 0;
  return { result: 'i32', bytes: [INSTRUCTIONS['i32.const'].code, signed(BigInt(constant))], constant };
}

export function i64(value: bigint): Code<'i64'> {
  return { result: 'i64', bytes: [INSTRUCTIONS['i64.const'].code, signed(value)] };
}

export function f32(value: number): Code<'f32'> {
  return { result: 'f32', bytes: [INSTRUCTIONS['f32.const'].code, bytesOf(new Float32Array([value]))] };
}

export function f64(value: number): Code<'f64'> {
  return { result: 'f64', bytes: [INSTRUCTIONS['f64.const'].code, bytesOf(new Float64Array([value]))] };
}

/** The number in all lanes. */
export function f32x4(value: number): Code<'v128'> {
  return vector(new Float32Array(4).fill(value));
}

export function f64x2(value: number): Code<'v128'> {
  return vector(new Float64Array(2).fill(value));
}

export function i32x4(value: number): Code<'v128'> {
  return vector(new Int32Array(4).fill(value));
}

/** A constant vector of the array's 16 bytes. */
export function vector(value: Int32Array | BigInt64Array | Float32Array | Float64Array): Code<'v128'> {
  return { result: 'v128', bytes: [INSTRUCTIONS['v128.const'].code, bytesOf(value)] };
}

function assemble<Entry extends Operation>(
  operation: Entry,
  operands: readonly Code[],
  immediates: Bytes = [],
): Code<ResultOf<Entry>> {
  // The compiler does not see that an entry's result is of the type that ResultOf finds in it.
  const result = operation.result as ResultOf<Entry>;
  return { result, bytes: [operandBytes(operands), operation.code, immediates] };
}

function operandBytes(operands: readonly Code[]): Bytes {
  return operands.map(({ bytes }) => bytes);
}

/** Wasm is little-endian, and so is every machine that runs it in practice; typed arrays have the machine's order. */
function bytesOf(array: Int32Array | BigInt64Array | Float32Array | Float64Array): number[] {
  return [...new Uint8Array(array.buffer, array.byteOffset, array.byteLength)];
}
