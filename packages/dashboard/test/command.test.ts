import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { temporary, writeRun } from './written-run.js';

const command = fileURLToPath(new URL('bin/adjoint.js', import.meta.resolve('adjoint/package.json')));
/** The command looks for the dashboard from where it is called: this package. */
const cwd = fileURLToPath(new URL('../..', import.meta.url));

test('the command writes a report', async (t) => {
  const folder = await temporary(t);
  const run = await writeRun(folder, 'first');
  const file = join(folder, 'report.html');
  const child = spawn(process.execPath, [command, 'report', run, '--output', file], { cwd, stdio: 'inherit' });
  t.deepEqual(await once(child, 'exit'), [0, null]);
  t.regex(await readFile(file, 'utf8'), /<svg/);
});

test('the command serves a folder until it is interrupted', async (t) => {
  const folder = await temporary(t);
  await writeRun(folder, 'first');
  const child = spawn(process.execPath, [command, 'dashboard', folder], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => child.kill());
  const [printed] = (await once(child.stdout, 'data')) as [Buffer];
  const [url = ''] = /http:\/\/127\.0\.0\.1:\d+\//.exec(printed.toString()) ?? [];
  t.is((await fetch(`${url}runs/first/metadata`)).status, 200);
  // An open page holds nothing up.
  const changes = await fetch(`${url}changes`);
  child.kill('SIGINT');
  t.deepEqual(await once(child, 'exit'), [130, null]);
  await changes.body?.cancel().catch(() => undefined);
});
