import test from 'ava';
import { createApp, Engine, hostTensor, isAdjointError } from '@adjoint/core';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isNativeAvailable, native, NativeBackend } from '../src/index.js';
import { fakeCompiler } from './fake-compiler.js';

// Without a C compiler there is nothing to keep.
const compiling = isNativeAvailable() ? test : test.skip;

/** Doubles numbers on a new backend; returns the result and how often the compiler ran. */
async function double(
  cacheDirectory: string,
  compiler?: string,
): Promise<{ readonly result: number[]; readonly compilations: number }> {
  const backend = new NativeBackend({ cacheDirectory, compiler });
  const engine = new Engine(backend);
  const double = engine.trace(([x]) => [x!.mul(2)]);
  const [y] = await double.call([hostTensor([1, 2, 3])]);
  engine.close();
  return { result: [...y!.data], compilations: backend.compilations };
}

function temporary(): string {
  return mkdtempSync(join(tmpdir(), 'adjoint-native-'));
}

compiling('what was compiled is found again by another backend', async (t) => {
  const directory = join(temporary(), 'cache');
  t.deepEqual(await double(directory), { result: [2, 4, 6], compilations: 1 });
  t.deepEqual(await double(directory), { result: [2, 4, 6], compilations: 0 });
  t.is(statSync(directory).mode & 0o777, 0o700);
  // Nothing is left but the C, the library and its hash.
  t.deepEqual(
    readdirSync(directory).map((name) => name.replace(/^[0-9a-f]{64}/, '')),
    ['.c', '.so', '.so.sha256'],
  );
});

compiling('the C of a library is beside it, with the labels of its kernels', async (t) => {
  const directory = temporary();
  await double(directory);
  const file = readdirSync(directory).find((name) => name.endsWith('.c'))!;
  t.regex(readFileSync(join(directory, file), 'utf8'), /\n\/\/ mul\nvoid adjoint_kernel_0\(/);
});

compiling('what the compiler refuses is named with the command and the head of its output', async (t) => {
  const compiler = fakeCompiler("echo 'kernel.c:1:1: error: what is this?' >&2; seq 10000 >&2; exit 3");
  const directory = temporary();
  const error = await t.throwsAsync(double(directory, compiler));
  t.true(isAdjointError(error) && error.code === 'INTERNAL');
  const { message } = error;
  const [file] = /(\S+\.c)\b/.exec(message)!;
  t.regex(readFileSync(file!, 'utf8'), /\/\/ mul\n/);
  t.true(file!.startsWith(directory));
  t.regex(message, /exit code 3/);
  t.true(message.includes(`${compiler} -std=gnu11`));
  t.regex(message, /what is this\?/);
  t.true(message.length < 4000);
});

compiling('a damaged library, or one without its hash, is compiled again', async (t) => {
  const directory = temporary();
  chmodSync(directory, 0o700);
  await double(directory);
  const entry = (suffix: string): string =>
    join(
      directory,
      readdirSync(directory).find((name) => name.endsWith(suffix))!,
    );
  // A new file: the old one may still be mapped by this process.
  const library = entry('.so');
  rmSync(library);
  writeFileSync(library, 'not a library');
  t.deepEqual(await double(directory), { result: [2, 4, 6], compilations: 1 });
  rmSync(entry('.sha256'));
  t.deepEqual(await double(directory), { result: [2, 4, 6], compilations: 1 });
  t.deepEqual(await double(directory), { result: [2, 4, 6], compilations: 0 });
});

compiling('a directory that others can write is refused', async (t) => {
  const directory = temporary();
  chmodSync(directory, 0o777);
  const error = await t.throwsAsync(double(directory));
  t.true(isAdjointError(error) && error.code === 'BACKEND_MISSING');
  t.regex(error.message, /nobody else can write.*chmod 700/);
  t.deepEqual(readdirSync(directory), []);
});

test('without a compiler, the reason and what to do', (t) => {
  t.false(isNativeAvailable('/nowhere/cc'));
  const error = t.throws(() => new NativeBackend({ compiler: '/nowhere/cc' }));
  t.true(isAdjointError(error) && error.code === 'BACKEND_MISSING');
  t.regex(error!.message, /'\/nowhere\/cc' cannot be run.*apt install gcc.*backend wasm/s);
  // A command that is there but is no C compiler.
  t.throws(() => new NativeBackend({ compiler: process.execPath }), { message: /does not know -std=gnu11/ });
});

test('an app goes on with its next backend, and says so', async (t) => {
  const warnings: string[] = [];
  const { warn } = console;
  console.warn = (text: string) => warnings.push(text);
  try {
    const app = createApp({ plugins: [native], backend: [{ native: { compiler: '/nowhere/cc' } }, 'reference'] });
    t.is(app.engine.backend.name, 'reference');
    t.regex(warnings.join(), /'\/nowhere\/cc' cannot be run.*goes on without it/s);
    await app.close();
  } finally {
    console.warn = warn;
  }
});
