import test from 'ava';
import { importScript } from './scripts.js';
import { runProgram } from './run-program.js';

// A change here is a decision: what is new must be kept, small, and of one of these licences.
const licences = [
  'MIT',
  'ISC',
  '0BSD',
  'Unlicense',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  '(Apache-2.0 AND BSD-3-Clause)',
];
const chosen: Readonly<Record<string, readonly string[]>> = {
  '@adjoint/backend-native': ['koffi'],
  '@adjoint/core': [
    '@standard-schema/spec',
    'compare-versions',
    'eventemitter3',
    'fastest-levenshtein',
    'reflect-metadata',
    'tsyringe',
    'valibot',
  ],
  '@adjoint/dashboard': ['@observablehq/plot'],
  '@adjoint/data': ['@uwdata/flechette', 'fast-png', 'hyparquet', 'hyparquet-compressors', 'jpeg-js', 'papaparse'],
  '@adjoint/io': ['fflate', 'valibot'],
  '@adjoint/onnx': ['@bufbuild/protobuf', 'onnx-buf'],
  '@adjoint/plots': ['@observablehq/plot', '@types/d3', 'linkedom'],
  '@adjoint/runner-bullmq': ['bullmq', 'ioredis'],
  '@adjoint/runner-workers': ['piscina'],
  adjoint: ['commander', 'jiti'],
  'create-adjoint': ['@clack/prompts'],
};

test('these libraries and no others are chosen, and all that they bring has a hash and a licence (npm run audit)', async (t) => {
  const { runtimeDependencies } = await importScript('audit.mjs');
  const all = runtimeDependencies();
  for (const { name, integrity, license } of all) {
    t.regex(integrity ?? 'none', /^sha512-/, name);
    t.true(licences.includes(license), `${name} is under ${license}`);
  }
  const ours = [...new Set(all.flatMap(({ users }) => users))]
    .filter((user) => /^(@adjoint\/|(create-)?adjoint$)/.test(user))
    .sort();
  const direct = ours.map((user) => [user, all.filter(({ users }) => users.includes(user)).map(({ name }) => name)]);
  t.deepEqual(Object.fromEntries(direct), chosen);
});

test('importing adds no global name, and to Reflect only what its polyfill is for', async (t) => {
  const { stdout } = await runProgram(
    [],
    `
      const names = (object) => Reflect.ownKeys(object).map(String);
      const [before, reflect] = [names(globalThis), names(Reflect)];
      await import('adjoint');
      await import('@adjoint/backend-native');
      console.log(names(globalThis).filter((name) => !before.includes(name)).join());
      console.log(names(Reflect).filter((name) => !reflect.includes(name)).join());
    `,
  );
  const [added, reflected] = stdout.split('\n');
  t.is(added, '');
  t.regex(reflected!, /^(?:(?:decorate|\w*[mM]etadata\w*|Symbol\(@reflect-metadata:registry\)),?)*$/);
});
