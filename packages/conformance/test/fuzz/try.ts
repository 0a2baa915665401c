import { writeSync } from 'node:fs';
import { NativeBackend } from '@adjoint/backend-native';
import { WasmBackend } from '@adjoint/backend-wasm';
import { Engine } from '@adjoint/core';
import { ReferenceBackend } from '@adjoint/core/backend';
import { runCalls, type Bed } from './calls.js';
import { runPrograms } from './programs.js';
const [seed, from, count, batch, which] = process.argv.slice(2);
const all: Record<string, () => Bed> = {
  r: () => ({ name: 'reference', engine: new Engine(new ReferenceBackend()) }),
  w1: () => ({ name: 'wasm', engine: new Engine(new WasmBackend({ threads: 1 })) }),
  w2: () => ({ name: 'wasm 2', engine: new Engine(new WasmBackend({ threads: 2 })) }),
  n: () => ({ name: 'native', engine: new Engine(new NativeBackend({ threads: 2 })) }),
};
const beds: Bed[] = (which ?? 'w1,w2')
  .split(',')
  .filter(Boolean)
  .map((k) => all[k]!());
process.on('unhandledRejection', (e) => console.log('UNHANDLED', e));
const start = performance.now();
const total = { calls: 0, refused: 0, large: 0, computed: 0, faults: 0 };
for (let i = Number(from); i < Number(from) + Number(count); i += Number(batch)) {
  if (process.env['TRACE']) writeSync(1, `${i}\n`);
  const r = await (process.env['PROGRAMS'] ? runPrograms : runCalls)(beds, Number(seed), i, Number(batch));
  for (const f of r.faults) console.log(f);
  total.calls += r.calls;
  total.refused += r.refused;
  total.large += r.large;
  total.computed += r.computed;
  total.faults += r.faults.length;
}
console.log(total, ((performance.now() - start) / 1000).toFixed(1), 's');
process.exit(0);
