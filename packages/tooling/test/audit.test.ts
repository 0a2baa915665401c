import test from 'ava';
import { importScript } from './scripts.js';
import { runProgram } from './run-program.js';

test('these libraries and no others come with the published packages, each with a hash (npm run audit)', async (t) => {
  const { runtimeDependencies } = await importScript('audit.mjs');
  const all = runtimeDependencies();
  for (const { name, integrity } of all) t.regex(integrity ?? 'none', /^sha512-/, name);
  // Binaries that are optional, one for each platform, and who they are of.
  const platforms = {
    '@koromix/koffi-': 'koffi',
    '@msgpackr-extract/': 'msgpackr-extract',
    '@napi-rs/nice-': '@napi-rs/nice',
  };
  const ownerOf = (name: string) => Object.entries(platforms).find(([prefix]) => name.startsWith(prefix))?.[1];
  const binaries = all.filter(({ name }) => ownerOf(name) !== undefined);
  t.true(binaries.every(({ name, license, users }) => license === 'MIT' && users.join() === ownerOf(name)));
  t.deepEqual(
    all.filter((each) => !binaries.includes(each)).map(({ name, license, users }) => [name, license, ...users]),
    [
      ['@bufbuild/protobuf', '(Apache-2.0 AND BSD-3-Clause)', '@adjoint/onnx', 'onnx-buf'],
      ['@ioredis/commands', 'MIT', 'ioredis'],
      ['@napi-rs/nice', 'MIT', 'piscina'],
      ['@standard-schema/spec', 'MIT', '@adjoint/core'],
      ['bullmq', 'MIT', '@adjoint/runner-bullmq'],
      ['cluster-key-slot', 'Apache-2.0', 'ioredis'],
      ['compare-versions', 'MIT', '@adjoint/core'],
      ['cron-parser', 'MIT', 'bullmq'],
      ['debug', 'MIT', 'ioredis'],
      ['denque', 'Apache-2.0', 'ioredis'],
      ['detect-libc', 'Apache-2.0', 'node-gyp-build-optional-packages'],
      ['eventemitter3', 'MIT', '@adjoint/core'],
      ['fastest-levenshtein', 'MIT', '@adjoint/core'],
      ['ioredis', 'MIT', '@adjoint/runner-bullmq'],
      ['koffi', 'MIT', '@adjoint/backend-native'],
      ['luxon', 'MIT', 'cron-parser'],
      ['ms', 'MIT', 'debug'],
      ['msgpackr', 'MIT', 'bullmq'],
      ['msgpackr-extract', 'MIT', 'msgpackr'],
      ['node-abort-controller', 'MIT', 'bullmq'],
      ['node-gyp-build-optional-packages', 'MIT', 'msgpackr-extract'],
      ['onnx-buf', 'MIT', '@adjoint/onnx'],
      ['papaparse', 'MIT', '@adjoint/data'],
      ['piscina', 'MIT', '@adjoint/runner-workers'],
      ['redis-errors', 'MIT', 'ioredis'],
      ['reflect-metadata', 'Apache-2.0', '@adjoint/core'],
      ['semver', 'ISC', 'bullmq'],
      ['standard-as-callback', 'MIT', 'ioredis'],
      ['tslib', '0BSD', 'tsyringe'],
      ['tslib', '0BSD', 'bullmq'],
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
