import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { loggedRun } from './run.js';

type Line = Readonly<Record<string, unknown>>;

/** The lines of a file in a folder that does not exist yet, after as many runs as asked for. */
async function linesOf(t: ExecutionContext, options: { steps?: boolean }, runs = 1): Promise<Line[]> {
  const folder = await mkdtemp(join(tmpdir(), 'adjoint-loggers-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const path = join(folder, 'new', 'run.jsonl');
  for (let i = 0; i < runs; i++) await loggedRun({ jsonl: { path, ...options } });
  const text = await readFile(path, 'utf8');
  t.true(text.endsWith('\n'));
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

test('every event is a line with its name, time and payload, in the order of the run', async (t) => {
  const lines = await linesOf(t, {});
  const epoch = ['step:end', 'step:end', 'validation:end', 'epoch:end'];
  t.deepEqual(
    lines.map(({ event }) => event),
    ['fit:start', ...epoch, ...epoch, 'fit:end'],
  );
  t.deepEqual(
    lines.filter(({ event }) => event === 'step:end').map(({ step, loss, learningRate }) => [step, loss, learningRate]),
    [
      [0, 4, 0.25],
      [1, 1, 0.25],
      [2, 0.25, 0.25],
      [3, 0.0625, 0.25],
    ],
  );
  const last = lines.findLast(({ event }) => event === 'epoch:end')!;
  t.like(last, { epoch: 1, epochs: 2, metrics: { loss: 0.15625 }, validation: { loss: 1.265625 } });
  t.like(lines.at(-1)!, { event: 'fit:end', reason: 'completed' });
  const times = lines.map(({ time }) => Date.parse(time as string));
  t.true(times.every((time, i) => Number.isFinite(time) && (i === 0 || time >= times[i - 1]!)));
});

test('steps may be left out, and a second run is appended', async (t) => {
  const lines = await linesOf(t, { steps: false }, 2);
  const run = ['fit:start', 'validation:end', 'epoch:end', 'validation:end', 'epoch:end', 'fit:end'];
  t.deepEqual(
    lines.map(({ event }) => event),
    [...run, ...run],
  );
});

test('a file that cannot be written is refused in words before training', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'adjoint-loggers-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'file'), '');
  for (const path of [folder, join(folder, 'file', 'run.jsonl')])
    await t.throwsAsync(loggedRun({ jsonl: { path } }), { code: 'FILE_UNWRITABLE', message: /cannot be written/ });
});
