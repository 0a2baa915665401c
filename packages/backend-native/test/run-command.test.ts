import test from 'ava';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { runCommand, runCommandSync } from '../src/library/run-command.js';
import { temporary } from './fake-compiler.js';

// The commands are those of a POSIX shell.
const posix = process.platform === 'win32' ? test.skip : test;
const limits = { seconds: 60, outputBytes: 1 << 20 };

posix('both outputs and the exit code of a command', async (t) => {
  const args = ['-c', 'echo out; echo err >&2; exit 3'];
  const { failure, isLimit, output } = await runCommand('sh', args, limits);
  t.is(failure, 'exit code 3');
  t.false(isLimit);
  t.deepEqual(output.trim().split('\n').toSorted(), ['err', 'out']);
  const result = runCommandSync('sh', args, limits);
  t.is(result.failure, 'exit code 3');
  t.is(result.stdout, 'out\n');
  t.is((await runCommand('true', [], limits)).failure, undefined);
});

posix('a command that is not there, and one that is killed', async (t) => {
  t.regex((await runCommand('/nowhere/cc', [], limits)).failure!, /ENOENT/);
  t.regex(runCommandSync('/nowhere/cc', [], limits).failure!, /ENOENT/);
  t.is((await runCommand('sh', ['-c', 'kill -SEGV $$'], limits)).failure, 'signal SIGSEGV');
});

posix('a command that does not end is killed with what it has started', async (t) => {
  const late = join(temporary(), 'late');
  const script = `(sleep 3; touch ${late}) & sleep 1000`;
  const { failure, isLimit } = await runCommand('sh', ['-c', script], { ...limits, seconds: 0.2 });
  t.true(isLimit);
  t.is(failure, 'it did not end within 0.2 seconds');
  await setTimeout(4000);
  t.false(existsSync(late));
  t.true(runCommandSync('sleep', ['1000'], { ...limits, seconds: 0.2 }).isLimit);
});

posix('a command that floods its output is killed, and the head of the output is kept', async (t) => {
  const small = { ...limits, outputBytes: 100_000 };
  const { failure, isLimit, output } = await runCommand('yes', [], small);
  t.true(isLimit);
  t.is(failure, 'it wrote more than 100000 bytes');
  t.is(output.slice(0, 4), 'y\ny\n');
  t.true(output.length <= 1 << 14);
  t.true(runCommandSync('yes', [], small).isLimit);
});
