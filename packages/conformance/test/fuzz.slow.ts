import test, { type ExecutionContext } from 'ava';
import { appBedsOf, bedsOf, compiled, reference, setting, wasm } from './fuzz/beds.js';
import { runCalls, type Report } from './fuzz/calls.js';
import { formats, runMutations } from './fuzz/formats.js';
import { runModels } from './fuzz/models.js';
import { runPrograms } from './fuzz/programs.js';

// ADJOINT_COUNT=N sets the number of calls, of which the rest follows; ADJOINT_SEED=N their seed; CC=clang the compiler.

const calls = setting('ADJOINT_COUNT', 1_000_000);
const seed = setting('ADJOINT_SEED', 1);

/** Runs work in parts, so that the log tells how far it is and a fault comes at once. */
async function inParts(
  t: ExecutionContext,
  count: number,
  size: number,
  run: (from: number, size: number) => Promise<Report>,
): Promise<void> {
  let faults = 0;
  let computed = 0;
  for (let from = 0; from < count; from += size) {
    const report = await run(from, Math.min(size, count - from));
    for (const fault of report.faults) t.log(fault);
    faults += report.faults.length;
    computed += report.computed;
  }
  t.log(`${count} tried, ${computed} computed, ${faults} faults`);
  t.is(faults, 0);
}

const engines = bedsOf([reference, ...wasm]);
const native = bedsOf(compiled);

test.serial('random calls', (t) => inParts(t, calls, 150, (from, size) => runCalls(engines, seed, from, size)));

test.serial('random calls with a compiler', (t) =>
  inParts(t, native.length === 0 ? 0 : Math.ceil(calls / 20), 100, (from, size) => runCalls(native, seed, from, size)),
);

test.serial('random programs', (t) =>
  inParts(t, Math.ceil(calls / 50), 50, (from, size) => runPrograms(engines, seed, from, size)),
);

test.serial('random programs with a compiler', (t) =>
  inParts(t, native.length === 0 ? 0 : Math.ceil(calls / 1000), 20, (from, size) =>
    runPrograms(native, seed, from, size),
  ),
);

test.serial('random models', (t) =>
  inParts(t, Math.ceil(calls / 100), 50, (from, size) => runModels(appBedsOf([reference, ...wasm]), seed, from, size)),
);

test.serial('random models with a compiler', (t) =>
  inParts(t, native.length === 0 ? 0 : Math.ceil(calls / 5000), 20, (from, size) =>
    runModels(appBedsOf([reference, ...compiled]), seed, from, size),
  ),
);

test.serial('changed files', async (t) => {
  for (const [name, format] of Object.entries(await formats())) {
    const { taken, faults } = await runMutations(name, format, { seed, count: Math.ceil(calls / 50) });
    for (const fault of faults) t.log(fault);
    t.log(`${name}: ${taken} of ${Math.ceil(calls / 50)} taken`);
    t.is(faults.length, 0);
  }
});
