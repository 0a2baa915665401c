import test from 'ava';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../command.js';
import { injectionPrograms, removeProgram, writeProgram } from './programs.js';

// The same under swc and under Node.js's own type stripping, which are installed for the test.

let tools: string;
test.before('install', async () => {
  tools = await mkdtemp(join(tmpdir(), 'adjoint-injection-'));
  await writeFile(join(tools, 'package.json'), '{ "private": true }');
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline'];
  await runCommand('npm', ['install', ...quiet, '@swc/core@1.16.22', 'node@24.9.0'], tools);
});
test.after.always('remove', () => rm(tools, { recursive: true, force: true }));

test('swc makes a class whose services are injected', async (t) => {
  const source = join(tools, 'decorated.ts');
  await writeFile(source, injectionPrograms().decorated);
  const options = {
    filename: source,
    swcrc: false,
    module: { type: 'es6' },
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true },
    },
  };
  const program = `const { transformFileSync } = require('@swc/core');
    process.stdout.write(transformFileSync(${JSON.stringify(source)}, ${JSON.stringify(options)}).code);`;
  const path = await writeProgram('swc.mjs', await runCommand(process.execPath, ['-e', program], tools));
  t.teardown(() => removeProgram(path));
  await t.notThrowsAsync(runCommand(process.execPath, [path]));
});

test("Node.js's type stripping runs a factory, and refuses decorators", async (t) => {
  const node = join(tools, 'node_modules/node/bin/node');
  const { factory, decorated } = injectionPrograms();
  const paths = [await writeProgram('stripped.ts', factory), await writeProgram('decorated.ts', decorated)] as const;
  t.teardown(async () => void (await Promise.all(paths.map(removeProgram))));
  await t.notThrowsAsync(runCommand(node, [paths[0]]));
  await t.throwsAsync(runCommand(node, [paths[1]]), { message: /SyntaxError|ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX/ });
});
