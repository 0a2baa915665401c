import test from 'ava';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { topologicalOrder } from '../../src/graph/topological-order.js';
import { ReferenceBackend } from '../../src/backend/index.js';
import * as core from '../../src/graph/index.js';
import { Engine, RandomSource } from '../../src/index.js';
import { primitiveSamples, testPrimitive } from '../../src/testing/index.js';

for (const sample of primitiveSamples) testPrimitive(test, sample);

const exported = Object.entries(core).flatMap(([name, value]) =>
  name.endsWith('Primitive') && typeof value === 'object' ? [[name, value as core.Primitive] as const] : [],
);

test('every primitive that is exported has a sample', (t) => {
  const primitives = exported.map(([, { name }]) => name);
  const leaves = ['constant', 'input', 'variable'];
  t.true(primitives.length > 40);
  t.deepEqual(
    primitives.filter((name) => !leaves.includes(name)).sort(),
    primitiveSamples.map(({ name }) => name).sort(),
  );
});

test('a primitive is found by its name', (t) => {
  for (const [name, primitive] of exported) {
    t.is(name, `${primitive.name}Primitive`);
    const file = primitive.name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    t.true(existsSync(`packages/core/src/graph/primitives/${file}.ts`), `no file for ${primitive.name}`);
  }
});

test('every primitive says what it computes, and how its gradient flows', (t) => {
  const random = new RandomSource(8);
  const engine = new Engine(new ReferenceBackend());
  for (const [, { name, formula = '', family }] of exported) {
    t.regex(formula, /^y.* \+?= .*[^.;]$/, `${name} has no formula`);
    t.true(family !== undefined || name === 'withVjp', `${name} belongs to no family`);
    const sample = primitiveSamples.find((candidate) => candidate.name === name);
    if (!sample) continue;
    const takesFloats = Array.from({ length: 8 }, () => sample.make(random)).some(({ inputs, apply }) =>
      topologicalOrder([apply(...inputs.map((input) => engine.tensor(input)))])
        .filter(({ primitive }) => primitive.name === name)
        .some((node) => node.inputs.some(({ dtype }) => core.isFloat(dtype))),
    );
    t.true(formula.includes('; ') || !takesFloats, `${name} takes floats, but its formula tells no gradient`);
  }
});

test('nothing asks which primitive it is by its name', (t) => {
  const folder = 'packages/core/src';
  const asks =
    /primitive\.name\s*[!=]==|[!=]==\s*[\w.]*primitive\.name\b|(?:has|includes|get)\([\w.]*primitive\.name\b/;
  const lines = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('testing'))
    .flatMap((file) => readFileSync(`${folder}/${file}`, 'utf8').split('\n'));
  t.true(lines.length > 5000);
  t.deepEqual(
    lines.filter((line) => asks.test(line)),
    [],
  );
});
