import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { loggedRun } from './run.js';

async function fileOf(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'adjoint-loggers-'));
  t.teardown(() => rm(folder, { recursive: true }));
  return join(folder, 'new', 'run.csv');
}

/** The rows of a file as records. */
async function rowsOf(path: string): Promise<Record<string, string>[]> {
  const [header = [], ...rows] = (await readFile(path, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]!])));
}

test('an epoch is a row', async (t) => {
  const path = await fileOf(t);
  await loggedRun({ csv: { path } });
  t.deepEqual(
    (await rowsOf(path)).map(({ time, seconds, ...row }) => (Date.parse(time!) > 0 && Number(seconds) >= 0 ? row : {})),
    [
      { epoch: '0', step: '2', loss: '2.5', 'validation/loss': '2.25' },
      { epoch: '1', step: '4', loss: '0.15625', 'validation/loss': '1.265625' },
    ],
  );
});

test('a step is a row if asked for, and a later run is appended', async (t) => {
  const path = await fileOf(t);
  for (let i = 0; i < 2; i++) await loggedRun({ csv: { path, rows: 'steps' } });
  const losses = (await rowsOf(path)).map(({ loss, learningRate }) => [loss, learningRate]);
  const one = ['4', '1', '0.25', '0.0625'].map((loss) => [loss, '0.25']);
  t.deepEqual(losses, [...one, ...one]);
});

test('a figure that comes later is a further column, empty in the rows before', async (t) => {
  const path = await fileOf(t);
  // This run has no validation.
  await loggedRun({ csv: { path } }, true);
  await loggedRun({ csv: { path } });
  const rows = await rowsOf(path);
  t.deepEqual(
    rows.map((row) => row['validation/loss']),
    ['', '2.25', '1.265625'],
  );
  t.is(rows[0]!['epoch'], '0');
});
