import test from 'ava';
import wabt from 'wabt';
import {
  atomic,
  call,
  f32,
  f32x4,
  f64,
  f64x2,
  i32,
  i32x4,
  i64,
  lane,
  load,
  LOADS,
  ModuleBuilder,
  op,
  opByName,
  OPERATIONS,
  select,
  shuffle,
  store,
  STORES,
  vector,
  type Code,
  type LoadName,
  type StoreName,
  type ValueType,
} from '../../src/assembler/index.js';
import { wasmText } from '../../src/disassembler/wasm-text.js';

const features = { relaxed_simd: true, threads: true };

/** What wabt makes of a module or of its text, line by line; alignments, which are hints, and types aside. */
async function readByWabt(source: Uint8Array | string): Promise<string[]> {
  const { parseWat, readWasm } = await wabt();
  const module =
    typeof source === 'string'
      ? parseWat('module.wat', source, features)
      : readWasm(source, { ...features, readDebugNames: true });
  const text = module.toText({});
  module.destroy();
  return text
    .split('\n')
    .map((line) => line.trim().replaceAll(/ align=\d+| \(type \d+\)|\)+$/g, ''))
    .filter((line) => line !== '' && !line.startsWith('(type '));
}

function moduleOf(fill: (module: ModuleBuilder) => void): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  module.importMemory('env', 'memory', { minimum: 1, maximum: 8, shared: true });
  fill(module);
  return module.build();
}

function functionOf(codes: readonly Code[]): Uint8Array {
  return moduleOf((module) => module.define('f', {}, (f) => codes.forEach((code) => f.do(code))));
}

test('operands stand inside what takes them, blocks are indented, functions and parameters have names', (t) => {
  const bytes = moduleOf((module) => {
    const log = module.importFunction('host', 'log', { value: 'f64' }, 'void');
    const sum = module.define('sum of squares', { from: 'i32', to: 'i32' }, (f, { from, to }) => {
      const total = f.let(f64(0.5));
      f.for(from, to, 2, (i) => {
        const x = f.let(op('f64.convert_i32_s', i));
        f.if(
          op('i32.lt_s', i, i32(0)),
          () => f.call(log, { value: x }),
          () => f.set(total, op('f64.add', total, op('f64.mul', x, x))),
        );
      });
      return total;
    });
    module.export(sum, 'run');
  });
  t.is(
    wasmText(bytes),
    `(module
  (import "env" "memory" (memory 1 8 shared))
  (import "host" "log" (func $log (param $0 f64)))
  (func $sum_of_squares (export "run") (param $from i32) (param $to i32) (result f64)
    (local f64 i32 f64)
    (local.set 2 (f64.const 0.5))
    (local.set 3 (local.get $from))
    (if (i32.lt_s (local.get 3) (local.get $to))
      (then
        (loop $l1
          (local.set 4 (f64.convert_i32_s (local.get 3)))
          (if (i32.lt_s (local.get 3) (i32.const 0))
            (then
              (call $log (local.get 4)))
            (else
              (local.set 2 (f64.add (local.get 2) (f64.mul (local.get 4) (local.get 4))))))
          (local.set 3 (i32.add (local.get 3) (i32.const 2)))
          (br_if $l1 (i32.lt_s (local.get 3) (local.get $to))))))
    (local.get 2)))
`,
  );
});

test('wabt reads the text as it reads the module: every operation, load and store', async (t) => {
  const zeros: Record<ValueType, Code> = { i32: i32(0), i64: i64(0n), f32: f32(0), f64: f64(0), v128: f32x4(0) };
  const operations = Object.entries(OPERATIONS).map(([name, { operands }]) =>
    opByName(name, ...operands.map((type: ValueType) => zeros[type])),
  );
  const loads = (Object.keys(LOADS) as LoadName[]).map((name) => load(name, i32(4), 300));
  const stores = (Object.keys(STORES) as StoreName[]).map((name) =>
    store(name, i32(4), zeros[STORES[name].operands[1]] as never),
  );
  const others = [
    lane('f32x4.replace_lane', 3, f32x4(0), f32(1)),
    atomic('memory.atomic.wait32', 8, i32(64), i32(1), i64(-1n)),
    shuffle(f32x4(0), f32x4(1), [0, 7, 1, 4]),
    select(i32(1), f64(2), f64(3)),
  ];
  const bytes = functionOf([...operations, ...loads, ...stores, ...others]);
  t.deepEqual(await readByWabt(wasmText(bytes)), await readByWabt(bytes));
});

test('wabt reads the text as it reads the module: constants keep their bits', async (t) => {
  const bytes = functionOf([
    ...[0, -1, 64, -65, 2 ** 31 - 1, -(2 ** 31)].map(i32),
    ...[0n, -(2n ** 63n), 2n ** 62n + 1n].map(i64),
    ...[0, -0, 0.1, 1 / 3, -16777216, 1e-45, 3.4028234663852886e38, Infinity, -Infinity, NaN].map(f32),
    ...[0, -0, 0.1, 1 / 3, Math.PI * 1e300, 5e-324, Infinity, NaN].map(f64),
    ...[0, 1, 0.1, -0.5, Infinity, NaN].map(f32x4),
    ...[0, 1, 0.1, -1e300].map(f64x2),
    ...[1, 127, -(2 ** 31)].map(i32x4),
    vector(new Int32Array([0, 3, 6, 9])),
    vector(new BigInt64Array(2).fill(0x3fe6a09e667f3bcdn)),
  ]);
  t.deepEqual(await readByWabt(wasmText(bytes)), await readByWabt(bytes));
});

test('wabt reads the text as it reads the module: branches through nested blocks', async (t) => {
  const bytes = moduleOf((module) => {
    const divisor = module.define('least divisor', { n: 'i32' }, (f, { n }) => {
      const d = f.let(i32(1));
      f.if(op('i32.le_s', n, i32(1)), () => f.return(n));
      f.block((found) => {
        f.loop((next) => {
          f.set(d, op('i32.add', d, i32(1)));
          f.if(
            op('i32.eqz', op('i32.rem_u', n, d)),
            () => f.branch(found),
            () => f.branch(next),
          );
        });
      });
      return d;
    });
    module.export(divisor);
    module.define('least divisor', { lanes: ['i32', 'i32'] }, (f, { lanes: [a, b] }) => {
      f.do(call(divisor, { n: a }));
      f.return(call(divisor, { n: op('i32.add', a, b) }));
      return i32(0);
    });
  });
  const text = wasmText(bytes);
  // Names are told apart, and fit for the text format.
  t.regex(text, /\(func \$least_divisor \(export "least divisor"\) \(param \$n i32\) \(result i32\)/);
  t.regex(text, /\(func \$least_divisor#2 \(param \$lanes0 i32\) \(param \$lanes1 i32\) \(result i32\)/);
  // Where an export stands, and how a label is called, is a matter of taste.
  const withoutNames = (lines: readonly string[]) =>
    lines
      .filter((line) => !line.startsWith('(export'))
      .map((line) => line.replaceAll(/ \$[^ )]+|  ;; label = .*/g, ''));
  t.deepEqual(withoutNames(await readByWabt(text)), withoutNames(await readByWabt(bytes)));
});
