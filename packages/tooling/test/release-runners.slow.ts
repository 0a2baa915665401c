import test from 'ava';
import { runCommand } from './command.js';
import { contractTests } from './release/contract-tests.js';
import { Release } from './release/consumer.js';

// The contract suites under the test runners that users may have, in one line each.

let release: Release;
test.before('pack', async () => void (release = await Release.pack()));
test.after.always('remove', () => release?.remove());

const compiler = ['typescript@7.0.2', '@types/node@20.19.0'];

interface Runner {
  readonly packages: readonly string[];
  readonly importTest: string;
  readonly command: (file: string) => readonly string[];
}

const runners: Readonly<Record<string, Runner>> = {
  AVA: {
    packages: ['ava@7.0.0'],
    importTest: `import test from 'ava';`,
    command: (file) => ['node_modules/ava/entrypoints/cli.mjs', file],
  },
  Vitest: {
    packages: ['vitest@4.1.12'],
    importTest: `import { test } from 'vitest';`,
    command: (file) => ['node_modules/vitest/vitest.mjs', 'run', file],
  },
  Jest: {
    packages: ['jest@30.5.2'],
    importTest: `import { test } from '@jest/globals';`,
    command: (file) => ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--runTestsByPath', file],
  },
  'node:test': {
    packages: [],
    importTest: `import test from 'node:test';`,
    command: (file) => ['--test', file],
  },
};

for (const [name, { packages, importTest, command }] of Object.entries(runners)) {
  test.serial(name, async (t) => {
    const { holds, broken } = contractTests(importTest);
    const compilerOptions = {
      module: 'nodenext',
      target: 'es2023',
      strict: true,
      noEmit: true,
      allowJs: true,
      checkJs: true,
      skipLibCheck: true,
      types: ['node'],
    };
    const folder = await release.installed(name.replace(':', '-'), ['adjoint', ...compiler, ...packages], {
      'holds.test.js': holds,
      'broken.test.js': broken,
      'tsconfig.json': { compilerOptions, files: ['holds.test.js'] },
      'jest.config.json': { transform: {}, testEnvironment: 'node' },
    });
    await runCommand(process.execPath, ['node_modules/typescript/bin/tsc'], folder);
    const output = await runCommand(process.execPath, command('holds.test.js'), folder);
    t.regex(output, /pass/i);
    const { message } = await t.throwsAsync<Error>(runCommand(process.execPath, command('broken.test.js'), folder));
    t.regex(message, /does not depend on the others/, 'the failure says which contract is broken');
  });
}
