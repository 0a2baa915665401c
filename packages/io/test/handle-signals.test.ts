import { spawn, type ChildProcess } from 'node:child_process';
import test from 'ava';

const entry = new URL('../src/node.js', import.meta.url).href;

/** A program that says when it is ready and goes on until its signal aborts. */
function program(more = ''): ChildProcess {
  const code = `
    const { handleSignals } = await import(${JSON.stringify(entry)});
    const interruption = handleSignals();
    const timer = setInterval(() => process.stdout.write('.'), 5);
    interruption.signal.addEventListener('abort', () => {
      clearInterval(timer);
      process.stderr.write('saved after ' + interruption.signal.reason + ' ' + interruption.exitCode);
      ${more}
    });
    process.stdout.write('ready');`;
  return spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_V8_COVERAGE: '' },
  });
}

async function endOf(child: ChildProcess): Promise<{ code: number | null; signal: string | null; errors: string }> {
  let errors = '';
  child.stderr!.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, errors })));
}

const ready = (child: ChildProcess): Promise<unknown> => new Promise((resolve) => child.stdout!.once('data', resolve));

for (const [name, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  test(`${name} aborts, and the program ends by itself with ${code}`, async (t) => {
    const child = program();
    const end = endOf(child);
    await ready(child);
    child.kill(name);
    t.deepEqual(await end, { code, signal: null, errors: `saved after ${name} ${code}` });
  });
}

test('a second signal ends the program at once', async (t) => {
  const child = program(`process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000);`);
  const end = endOf(child);
  await ready(child);
  child.kill('SIGINT');
  t.is((await end).signal, 'SIGTERM');
});

test('a closed standard output does not end the program', async (t) => {
  const child = program();
  const end = endOf(child);
  await ready(child);
  child.stdout!.destroy();
  await new Promise((resolve) => setTimeout(resolve, 100));
  child.kill('SIGTERM');
  t.deepEqual(await end, { code: 143, signal: null, errors: 'saved after SIGTERM 143' });
});
