import test from 'ava';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './command.js';

test('oxlint has nothing to report', async (t) => {
  await t.notThrowsAsync(runCommand('node_modules/.bin/oxlint', ['--deny-warnings']));
});

test('oxfmt finds every file formatted (npm run format mends it)', async (t) => {
  await t.notThrowsAsync(runCommand('node_modules/.bin/oxfmt', ['--check']));
});

test('oxlint refuses a cycle of imports', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'adjoint-cycle-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'a.ts'), "import { b } from './b.js';\nexport const a = (): number => b() + 1;\n");
  await writeFile(join(folder, 'b.ts'), "import { a } from './a.js';\nexport const b = (): number => a() + 1;\n");
  await t.throwsAsync(runCommand('node_modules/.bin/oxlint', ['-c', '.oxlintrc.json', folder]), {
    message: /no-cycle/,
  });
});
