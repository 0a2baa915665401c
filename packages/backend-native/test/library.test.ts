import test from 'ava';
import { createApp, Engine, hostTensor, isAdjointError } from '@adjoint/core';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, isAbsolute, join } from 'node:path';
import { isNativeAvailable, native, NativeBackend } from '../src/index.js';
import { defaultCompiler, findCompiler, optimizations, type CCompiler } from '../src/library/c-compiler.js';
import { defaultCacheDirectory } from '../src/library/cache-directory.js';
import { LibraryCache } from '../src/library/library-cache.js';
import { fakeCompiler, temporary, warnings } from './fake-compiler.js';

// Without a C compiler there is nothing to keep. Warnings are caught one test after the other.
const compiling = isNativeAvailable() ? test.serial : test.skip;
// The fake compilers are shell scripts.
const faking = process.platform === 'win32' ? test.skip : compiling;

/** Doubles numbers on a new backend; returns the result and how often the compiler ran. */
async function double(
  cacheDirectory: string,
  compiler?: string,
): Promise<{ readonly result: number[]; readonly compilations: number }> {
  const backend = new NativeBackend({ cacheDirectory, compiler });
  const engine = new Engine(backend);
  const [y] = await engine.trace(([x]) => [x!.mul(2)]).call([hostTensor([1, 2, 3])]);
  engine.close();
  return { result: [...y!.data], compilations: backend.compilations };
}

const first = { result: [2, 4, 6], compilations: 1 };
const again = { result: [2, 4, 6], compilations: 0 };

/** Files of the cache, without the records of self-checks. */
function files(directory: string): string[] {
  return readdirSync(directory).filter((name) => !name.includes('.check-'));
}

function file(directory: string, suffix: string): string {
  return join(
    directory,
    files(directory).find((name) => name.endsWith(suffix))!,
  );
}

/** A compiler that no self-check has to pass. */
function unchecked(command: string, seconds = 60): CCompiler {
  const limits = { seconds, outputBytes: 1 << 20 };
  const compiler = findCompiler(command, { question: limits, compile: limits }).withFlags(optimizations[1]!);
  if (typeof compiler === 'string') throw new Error(compiler);
  return compiler;
}

const source = '// twice\nint twice(int x) { return 2 * x; }\n';

/** Loads a source and calls it. */
async function twice(cache: LibraryCache, text = source): Promise<number> {
  const library = await cache.load(text);
  return library.func('int twice(int)')(21) as number;
}

compiling('what was compiled is found again by another backend', async (t) => {
  const directory = join(temporary(), 'cache');
  t.deepEqual(await double(directory), first);
  t.deepEqual(await double(directory), again);
  t.is(statSync(directory).mode & 0o777, 0o700);
  // Nothing is left but the C, the library and its hash.
  t.deepEqual(
    files(directory).map((name) => name.replace(/^[0-9a-f]{64}/, '')),
    ['.c', '.so', '.so.sha256'],
  );
});

compiling('the C of a library is beside it, with the labels of its kernels', async (t) => {
  const directory = temporary();
  await double(directory);
  t.regex(readFileSync(file(directory, '.c'), 'utf8'), /\n\/\/ mul\nvoid adjoint_kernel_0\(/);
});

compiling('comment lines do not count', async (t) => {
  const cache = new LibraryCache(temporary(), unchecked(defaultCompiler()));
  t.is(await twice(cache), 42);
  t.is(await twice(cache, source.replace('// twice', '// doubled')), 42);
  t.is(cache.compilations, 1);
});

faking('what the compiler refuses is named with the command and the head of its output', async (t) => {
  const compiler = fakeCompiler("echo 'error: what is this?' >&2; seq 10000 >&2; exit 3");
  const directory = temporary();
  const error = await t.throwsAsync(twice(new LibraryCache(directory, unchecked(compiler))));
  t.true(isAdjointError(error) && error.code === 'INTERNAL');
  const { message } = error;
  t.true(message.includes(file(directory, '.c')));
  t.is(readFileSync(file(directory, '.c'), 'utf8'), source);
  t.regex(message, /exit code 3/);
  t.true(message.includes(`${compiler} -std=gnu11`));
  t.regex(message, /error: what is this\?/);
  t.true(message.length < 4000);
});

faking('a compiler that does not end, or floods its output, is an error soon', async (t) => {
  for (const [script, reason] of [
    ['sleep 1000', /did not end within 1 seconds/],
    ['yes >&2', /wrote more than 1048576 bytes/],
  ] as const) {
    const seconds = script === 'sleep 1000' ? 1 : 60;
    const cache = new LibraryCache(temporary(), unchecked(fakeCompiler(script), seconds));
    const error = await t.throwsAsync(twice(cache));
    t.true(isAdjointError(error) && error.code === 'BACKEND_MISSING');
    t.regex(error.message, reason);
  }
});

faking('a compiler that does not say what it is', (t) => {
  const silent = join(temporary(), 'cc');
  writeFileSync(silent, '#!/bin/sh\nexec sleep 1000\n', { mode: 0o755 });
  const error = t.throws(() => unchecked(silent, 0.3));
  t.true(isAdjointError(error) && error.code === 'BACKEND_MISSING');
  t.regex(error!.message, /cannot be run.*did not end within 0.3 seconds/);
});

compiling('a damaged library, or one without its hash, is compiled again', async (t) => {
  const directory = temporary();
  await double(directory);
  // A new file: the old one may still be mapped by this process.
  const library = file(directory, '.so');
  rmSync(library);
  writeFileSync(library, 'not a library');
  t.deepEqual(await double(directory), first);
  rmSync(file(directory, '.sha256'));
  t.deepEqual(await double(directory), first);
  t.deepEqual(await double(directory), again);
});

compiling('a library that does not load is compiled again, though its hash is right', async (t) => {
  const compiler = unchecked(defaultCompiler());
  const whole = temporary();
  await twice(new LibraryCache(whole, compiler));
  // In another place: what this process has loaded, it would not read again.
  const directory = temporary();
  const library = join(directory, basename(file(whole, '.so')));
  writeFileSync(library, 'too short');
  writeFileSync(`${library}.sha256`, createHash('sha256').update('too short').digest('hex'));
  const cache = new LibraryCache(directory, compiler);
  t.is(await twice(cache), 42);
  t.is(cache.compilations, 1);
  t.is(files(directory).length, 3);
});

faking('a compiler whose libraries never load is an error', async (t) => {
  const compiler = fakeCompiler('while [ "$1" != -o ]; do shift; done; echo nonsense > "$2"');
  const cache = new LibraryCache(temporary(), unchecked(compiler));
  const texts = await warnings(async () => {
    const error = await t.throwsAsync(twice(cache));
    t.true(isAdjointError(error) && error.code === 'BACKEND_MISSING');
    t.regex(error.message, /does not load/);
  });
  t.is(texts.length, 1);
});

/** Places where nothing must or can be kept; what is told of them; and where nothing may have been written. */
function badPlaces(): [place: string, reason: RegExp, watched?: string][] {
  const open = temporary();
  chmodSync(open, 0o777);
  const target = temporary();
  const link = join(temporary(), 'link');
  symlinkSync(target, link);
  const plain = join(temporary(), 'file');
  writeFileSync(plain, '');
  const places: [string, RegExp, string?][] = [
    ['relative/cache', /it is not an absolute path/],
    [open, /other users can write there \(chmod 700/, open],
    [link, /it is not a directory/, target],
    [join(plain, 'cache'), /: ENOTDIR/],
    // mkdir's own `recursive` would not return from here on Linux.
    ['/proc/none/cache', /: E(?:NOENT|ACCES|PERM|ROFS)/],
  ];
  if (process.getuid?.() !== 0) return places;
  const foreign = temporary();
  chownSync(foreign, 12345, 12345);
  return [...places, [foreign, /it belongs to another user/, foreign]];
}

faking('a place that is unwritable, relative, or not only ours is not used; the warning says why', async (t) => {
  for (const [place, reason, watched] of badPlaces()) {
    const texts = await warnings(async () => t.is((await double(place)).result[2], 6));
    t.is(texts.length, 1);
    t.regex(texts[0]!, reason);
    t.true(texts[0]!.includes(place) && texts[0]!.includes('cacheDirectory'));
    if (watched !== undefined) t.deepEqual(readdirSync(watched), []);
    t.false(existsSync('relative'));
  }
});

compiling('a place that can no longer be written is left, with a warning', async (t) => {
  const directory = temporary();
  const cache = new LibraryCache(directory, unchecked(defaultCompiler()));
  renameSync(directory, `${directory}-moved`);
  writeFileSync(directory, '');
  const texts = await warnings(async () => t.is(await twice(cache), 42));
  t.regex(texts.join(), /nothing can be written there \(ENO/);
  t.not(cache.directory, directory);
  t.is(statSync(cache.directory).mode & 0o777, 0o700);
});

test.serial('the default place is absolute, whatever XDG_CACHE_HOME says', (t) => {
  const before = process.env['XDG_CACHE_HOME'];
  try {
    for (const [value, base] of [
      ['cache', join(homedir(), '.cache')],
      ['', join(homedir(), '.cache')],
      [join(homedir(), 'elsewhere'), join(homedir(), 'elsewhere')],
    ] as const) {
      process.env['XDG_CACHE_HOME'] = value;
      t.is(defaultCacheDirectory(), join(base, 'adjoint', 'native'));
      t.true(isAbsolute(defaultCacheDirectory()));
    }
  } finally {
    if (before === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = before;
  }
});

compiling('a cache is pruned to a size', async (t) => {
  const directory = temporary();
  const compiler = unchecked(defaultCompiler());
  await twice(new LibraryCache(directory, compiler));
  await twice(new LibraryCache(directory, compiler, 0), source.replace('2 * x', 'x + x'));
  t.is(files(directory).length, 3);
  t.regex(readFileSync(file(directory, '.c'), 'utf8'), /x \+ x/);
});

faking('a command may have flags, and a path with spaces', async (t) => {
  const cache = new LibraryCache(temporary(), unchecked(`${defaultCompiler()} -DFACTOR=2`));
  t.is(await twice(cache, source.replace('2 *', 'FACTOR *')), 42);
  const spaced = join(temporary(), 'my tools');
  mkdirSync(spaced);
  const path = join(spaced, 'cc');
  renameSync(fakeCompiler('real "$@" -DFACTOR=3'), path);
  for (const command of [path, `"${path}"`, `'${path}' -O1`])
    t.is(
      await twice(new LibraryCache(temporary(), unchecked(command)), source.replace('2 *', 'FACTOR *')),
      63,
      command,
    );
});

test('without a compiler, the reason and what to do', (t) => {
  t.false(isNativeAvailable('/nowhere/cc'));
  const error = t.throws(() => new NativeBackend({ compiler: '/nowhere/cc' }));
  t.true(isAdjointError(error) && error.code === 'BACKEND_MISSING');
  t.regex(error!.message, /'\/nowhere\/cc' cannot be run.*apt install gcc.*backend wasm/s);
  // A command that is there but is no C compiler.
  t.throws(() => new NativeBackend({ compiler: process.execPath }), { message: /does not know -std=gnu11/ });
});

test.serial('an app goes on with its next backend, and says so', async (t) => {
  const texts = await warnings(async () => {
    const app = createApp({ plugins: [native], backend: [{ native: { compiler: '/nowhere/cc' } }, 'reference'] });
    t.is(app.engine.backend.name, 'reference');
    await app.close();
  });
  t.regex(texts.join(), /'\/nowhere\/cc' cannot be run.*goes on without it/s);
});
