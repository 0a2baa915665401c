import test from 'ava';
import wabt from 'wabt';
import {
  f32,
  f32x4,
  f64,
  i32,
  i64,
  lane,
  load,
  LOADS,
  ModuleBuilder,
  opByName,
  OPERATIONS,
  shuffle,
  store,
  STORES,
  type Code,
  type LoadName,
  type StoreName,
  type ValueType,
} from '../../src/assembler/index.js';
import { LANES, type LaneName } from '../../src/assembler/operations.js';

const zeros: Record<ValueType, Code> = { i32: i32(0), i64: i64(0n), f32: f32(0), f64: f64(0), v128: f32x4(0) };

/** What wabt reads in a function of these statements: a line for each instruction, operands before what takes them. */
async function disassemble(codes: readonly Code[]): Promise<string[]> {
  const { readWasm } = await wabt();
  const module = new ModuleBuilder();
  module.importMemory('env', 'memory', { minimum: 1 });
  module.define('f', {}, (f) => codes.forEach((code) => f.do(code)));
  const parsed = readWasm(module.build(), { relaxed_simd: true, check: true });
  const lines = parsed
    .toText({})
    .split('\n')
    .map((line) => line.trim().replaceAll(/\)+$/g, ''));
  parsed.destroy();
  return lines;
}

/** The lines that are not constants or drops, and stand in the function. */
function instructions(lines: readonly string[]): string[] {
  return lines.filter((line) => /^[\w.]+( |$)/.test(line) && !/\.const |^drop/.test(line));
}

test('every operation is the instruction of its name', async (t) => {
  const codes = Object.entries(OPERATIONS).map(([name, { operands }]) =>
    opByName(name, ...operands.map((type: ValueType) => zeros[type])),
  );
  t.deepEqual(instructions(await disassemble(codes)), Object.keys(OPERATIONS));
});

test('every load and store is the instruction of its name, with its offset', async (t) => {
  const loads = Object.keys(LOADS) as LoadName[];
  const stores = Object.keys(STORES) as StoreName[];
  const codes = [
    ...loads.map((name) => load(name, i32(0), 300)),
    ...stores.map((name) => store(name, i32(0), zeros[STORES[name].operands[1]] as never, 300)),
  ];
  const lines = instructions(await disassemble(codes)).map((line) => line.replace(' align=1', ''));
  t.deepEqual(
    lines,
    [...loads, ...stores].map((name) => `${name} offset=300`),
  );
});

test('lanes', async (t) => {
  const names = Object.keys(LANES) as LaneName[];
  const codes = [
    ...names.map((name) =>
      lane(name, 1, ...(LANES[name].operands.map((type: ValueType) => zeros[type]) as never as [never])),
    ),
    shuffle(f32x4(0), f32x4(1), [0, 7, 1, 4]),
  ];
  t.deepEqual(instructions(await disassemble(codes)), [
    ...names.map((name) => `${name} 1`),
    'i8x16.shuffle 0 1 2 3 28 29 30 31 4 5 6 7 16 17 18 19',
  ]);
});

test('constants', async (t) => {
  const codes = [i32(-1), i32(64), i32(-65), i32(0x7fffffff), i32(0x80000000), i64(-(2n ** 63n)), i64(2n ** 62n + 1n)];
  const constants = (await disassemble(codes)).filter((line) => line.includes('.const '));
  t.deepEqual(constants, [
    'i32.const -1',
    'i32.const 64',
    'i32.const -65',
    'i32.const 2147483647',
    'i32.const -2147483648',
    'i64.const -9223372036854775808',
    'i64.const 4611686018427387905',
  ]);
});

test('a name known at run time only is checked', (t) => {
  t.throws(() => opByName('f32x4.cube', f32x4(1)), { message: /no operation f32x4\.cube/ });
  t.throws(() => opByName('f32.add', f32(1), i32(1)), { message: /f32\.add takes \(f32, f32\), not \(f32, i32\)/ });
  t.throws(() => opByName('toString'), { message: /no operation/ });
});
