import test from 'ava';
import * as backend from '../src/backend/index.js';
import * as core from '../src/index.js';
import * as primitives from '../src/graph/index.js';
import * as options from '../src/registry/options/index.js';

const names = (entry: object): string[] => Object.keys(entry);

test('users see the functions of primitives, and the primitives themselves only where they are written', (t) => {
  const all = Object.entries(primitives).filter(
    ([name, value]) => name.endsWith('Primitive') && typeof value === 'object',
  );
  t.true(all.length > 40);
  t.deepEqual(
    names(core).filter((name) => name.endsWith('Primitive')),
    [],
  );
  // Leaves are made by an app and by tracing.
  const leaves = ['constant', 'input', 'variable'];
  const renamed: Readonly<Record<string, string>> = { convolution: 'convolve', windowArgMax: 'maxPool' };
  const functions = all
    .map(([name]) => name.replace(/Primitive$/, ''))
    .filter((name) => !leaves.includes(name))
    .map((name) => renamed[name] ?? name);
  t.deepEqual(
    functions.filter((name) => !names(core).includes(name)),
    [],
  );
});

test('nothing stands in two places that are for different readers', (t) => {
  const both = (a: object, b: object): string[] => names(a).filter((name) => names(b).includes(name));
  t.deepEqual(both(core, options), []);
  t.deepEqual(both(core, backend), []);
  t.deepEqual(both(primitives, options), []);
});

test('the entry for users is no heap', (t) => {
  t.true(names(core).length < 245, `${names(core).length} names`);
});
