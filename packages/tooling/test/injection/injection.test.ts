import test from 'ava';
import { transform } from 'esbuild';
import { runCommand } from '../command.js';
import { injectionPrograms, removeProgram, writeProgram } from './programs.js';

// What the recipe promises of services in classes, under compilers that write no types of parameters into the program. tsc
// compiles it with the other documents.

test('esbuild makes a class whose services are injected', async (t) => {
  const { decorated } = injectionPrograms();
  const tsconfigRaw = { compilerOptions: { experimentalDecorators: true } };
  const { code } = await transform(decorated, { loader: 'ts', format: 'esm', target: 'es2022', tsconfigRaw });
  const path = await writeProgram('esbuild.mjs', code);
  t.teardown(() => removeProgram(path));
  await t.notThrowsAsync(runCommand(process.execPath, [path]));
});

test('a factory needs no more than types to be taken off', async (t) => {
  const path = await writeProgram('factory.ts', injectionPrograms().factory);
  t.teardown(() => removeProgram(path));
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const strips = major > 22 || (major === 22 && minor >= 18);
  if (strips) await t.notThrowsAsync(runCommand(process.execPath, [path]));
  else {
    // This Node.js cannot do it; what it would refuse, the compiler knows.
    const flags = [
      '--ignoreConfig',
      '--erasableSyntaxOnly',
      '--noEmit',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--skipLibCheck',
    ];
    const compiler = 'node_modules/typescript/bin/tsc';
    await t.notThrowsAsync(runCommand(process.execPath, [compiler, ...flags, '--types', 'node', path]));
  }
});
