import test from 'ava';
import { importScript } from './scripts.js';
import { runProgram } from './run-program.js';

test('these libraries and no others come with the published packages, each with a hash (npm run audit)', async (t) => {
  const { runtimeDependencies } = await importScript('audit.mjs');
  const all = runtimeDependencies();
  for (const { name, integrity } of all) t.regex(integrity ?? 'none', /^sha512-/, name);
  // The binaries of koffi, one for each platform.
  const binaries = all.filter(({ name }) => name.startsWith('@koromix/koffi-'));
  t.true(binaries.every(({ license, users }) => license === 'MIT' && users.join() === 'koffi'));
  t.deepEqual(
    all.filter((each) => !binaries.includes(each)).map(({ name, license, users }) => [name, license, ...users]),
    [
      ['@standard-schema/spec', 'MIT', '@adjoint/core'],
      ['compare-versions', 'MIT', '@adjoint/core'],
      ['eventemitter3', 'MIT', '@adjoint/core'],
      ['fastest-levenshtein', 'MIT', '@adjoint/core'],
      ['koffi', 'MIT', '@adjoint/backend-native'],
      ['papaparse', 'MIT', '@adjoint/data'],
      ['reflect-metadata', 'Apache-2.0', '@adjoint/core'],
      ['tslib', '0BSD', 'tsyringe'],
      ['tsyringe', 'MIT', '@adjoint/core'],
      ['valibot', 'MIT', '@adjoint/core', '@adjoint/io'],
    ],
  );
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
