import test from 'ava';
import { appBedsOf, bedsOf, compiled, reference, setting, wasm } from './fuzz/beds.js';
import { runCalls } from './fuzz/calls.js';
import { formats, runMutations } from './fuzz/formats.js';
import { runModels } from './fuzz/models.js';
import { runPrograms } from './fuzz/programs.js';

// Random calls, programs, models and files, the same on every machine: `npm run test:slow -- fuzz` makes many more.
// A fault is printed with all that makes it again.

const seed = setting('ADJOINT_SEED', 42);
/** Calls on each backend; with the 200 on the native one, twenty thousand. */
const each = 6600;

for (const [i, bed] of bedsOf([reference, ...wasm]).entries()) {
  test(`random calls on ${bed.name} compute what the reference kernels compute, or are refused`, async (t) => {
    const total = { computed: 0, faults: [] as string[] };
    for (let from = 0; from < each; from += 150) {
      const { computed, faults } = await runCalls([bed], seed, i * each + from, 150);
      total.computed += computed;
      total.faults.push(...faults);
    }
    t.deepEqual(total.faults, []);
    // The test would be empty if everything were refused.
    t.true(total.computed > each / 2, `only ${total.computed} were computed`);
  });
}

for (const bed of bedsOf(compiled)) {
  test(`random calls on ${bed.name} compute what the reference kernels compute, or are refused`, async (t) => {
    t.deepEqual((await runCalls([bed], seed, 3 * each, 200)).faults, []);
  });
}

test('random programs compute what the reference kernels compute', async (t) => {
  const { computed, faults } = await runPrograms(bedsOf(wasm), seed, 0, 60);
  t.deepEqual(faults, []);
  t.true(computed > 30, `only ${computed} were computed`);
});

test('random models with random trainers give what the reference gives, or are refused', async (t) => {
  const { computed, faults } = await runModels(appBedsOf([reference, wasm[1]!]), seed, 0, 60);
  t.deepEqual(faults, []);
  t.true(computed > 3, `only ${computed} were trained`);
});

test('files with a few bytes changed are read right, or refused', async (t) => {
  for (const [name, format] of Object.entries(await formats())) {
    const { taken, faults } = await runMutations(name, format, { seed, count: 1000 });
    t.deepEqual(faults, []);
    t.true(taken > 0, `none of ${name} was taken`);
  }
});
