import test from 'ava';
import { createApp, Engine, hostTensor, isAdjointError } from '@adjoint/core';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isNativeAvailable, native, NativeBackend } from '../src/index.js';
import { findCompiler, optimizations } from '../src/library/c-compiler.js';
import { chooseFlags } from '../src/library/choose-flags.js';
import { fakeCompiler, temporary, warnings } from './fake-compiler.js';

// The fake compilers are shell scripts around a real one.
const faking = isNativeAvailable() && process.platform !== 'win32' ? test.serial : test.skip;

/** Compiles the hyperbolic tangent without its sign. */
const wrong = `real "$@" '-D__builtin_copysignf(x,y)=(x)'`;
const crashing = `real "$@" '-D__builtin_copysignf(x,y)=(__builtin_trap(),x)'`;

/** A compiler that behaves in one way with -O3 and in another one without. */
function compiler(fast: string, safe: string): string {
  return fakeCompiler(`case " $* " in *" -O3 "*) ${fast};; *) ${safe};; esac`);
}

async function tanh(backend: NativeBackend): Promise<number> {
  const engine = new Engine(backend);
  const [y] = await engine.trace(([x]) => [x!.tanh()]).call([hostTensor([-1])]);
  engine.close();
  return y!.data[0]!;
}

function records(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.includes('.check-'))
    .map((name) => readFileSync(join(directory, name), 'utf8'));
}

faking('a compiler that computes wrong values gets other flags, and the user is told', async (t) => {
  const cacheDirectory = temporary();
  const command = compiler(wrong, 'real "$@"');
  const texts = await warnings(async () => {
    const backend = new NativeBackend({ compiler: command, cacheDirectory });
    t.true(Math.abs((await tanh(backend)) - Math.tanh(-1)) < 1e-6);
    // Once is enough.
    await tanh(new NativeBackend({ compiler: command, cacheDirectory }));
  });
  t.is(texts.length, 1);
  t.true(texts[0]!.includes(command));
  t.regex(
    texts[0]!,
    /fails the self-check with -O3 -march=native \(wrong values: a matrix product\).*uses it with -O2/,
  );
  t.deepEqual(records(cacheDirectory).toSorted(), ['verdict: \n', 'verdict: wrong values: a matrix product\n']);
});

faking('where no flags are right, an app goes on with its next backend', async (t) => {
  const cacheDirectory = temporary();
  const command = compiler(crashing, wrong);
  const error = t.throws(() => new NativeBackend({ compiler: command, cacheDirectory }));
  t.true(isAdjointError(error) && error.code === 'BACKEND_MISSING');
  t.regex(error!.message, /-O3 -march=native \(signal SIG(ILL|TRAP)/);
  t.regex(error!.message, /-O2 -fno-tree-vectorize \(wrong values: a matrix product\)/);
  t.false(isNativeAvailable(command));
  const texts = await warnings(async () => {
    const options = { native: { compiler: command, cacheDirectory } };
    const app = createApp({ plugins: [native], backend: [options, 'reference'] });
    t.is(app.engine.backend.name, 'reference');
    await app.close();
  });
  t.regex(texts.join(), /computes right values.*goes on without it/s);
});

faking('a remembered verdict spares the check, but not one that was cut off', async (t) => {
  for (const [record, told] of [
    ['verdict: made up\n', /fails the self-check with -O3 -march=native \(made up\)/],
    ['verdict: made', undefined],
  ] as const) {
    const cacheDirectory = temporary();
    const found = findCompiler(fakeCompiler('real "$@"'));
    const compiler = found.withFlags(optimizations[0]!);
    if (typeof compiler === 'string') return t.fail(compiler);
    writeFileSync(join(cacheDirectory, `${compiler.fingerprint}.check-1`), record);
    let flags: readonly string[] = [];
    const texts = await warnings(() => (flags = chooseFlags(found, cacheDirectory).flags));
    t.is(flags.includes('-O3'), told === undefined);
    if (told) t.regex(texts.join(), told);
    else t.deepEqual(texts, []);
  }
});
