import test from 'ava';
import * as core from '../../src/graph/index.js';
import { primitiveSamples, testPrimitive } from '../../src/testing/index.js';

for (const sample of primitiveSamples) testPrimitive(test, sample);

test('every primitive that is exported has a sample', (t) => {
  const primitives = Object.entries(core).flatMap(([name, value]) =>
    name.endsWith('Primitive') && typeof value === 'object' ? [(value as core.Primitive).name] : [],
  );
  const leaves = ['constant', 'input', 'variable'];
  t.true(primitives.length > 40);
  t.deepEqual(
    primitives.filter((name) => !leaves.includes(name)).sort(),
    primitiveSamples.map(({ name }) => name).sort(),
  );
});
