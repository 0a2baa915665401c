import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { writeArrays } from '../src/initial-arrays.js';
import { measure, type Measurement } from '../src/measure.js';
import { runners, type Runner } from '../src/runners.js';
import { convolutionWork, matmulWork, type Work } from '../src/works.js';

const plain = (name: string, ...args: string[]): Runner => ({
  name,
  threads: 1,
  command: process.execPath,
  args: [fileURLToPath(new URL('./plain-runner.js', import.meta.url)), ...args],
  hint: '',
});

async function measureTiny(work: Work, contestants: readonly Runner[]): Promise<Measurement> {
  const directory = mkdtempSync(join(tmpdir(), 'adjoint-bench-test-'));
  const file = join(directory, 'arrays.f32');
  writeArrays(file, work.arrays);
  try {
    return await measure(work, file, contestants, { rounds: 2, budget: 60_000, patience: 60_000 });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test('programs that compute the same are measured side by side', async (t) => {
  const { rows, notes, agrees, agreement } = await measureTiny(matmulWork(6), [runners[0]!, plain('plain', '1')]);
  t.true(agrees, agreement);
  t.deepEqual(notes, []);
  t.deepEqual(
    rows.map(({ runner, samples }) => [runner, samples]),
    [
      ['adjoint-wasm', 2],
      ['plain', 2],
    ],
  );
  t.true(rows.every(({ minMs, medianMs, maxMs }) => 0 < minMs && minMs <= medianMs && medianMs <= maxMs));
});

test('a program that computes something else is found out', async (t) => {
  const { agrees, agreement } = await measureTiny(matmulWork(6), [runners[0]!, plain('plain', '1.01')]);
  t.false(agrees);
  t.regex(agreement, /plain \(1\) within 1e-2 in 5 runs: NOT THE SAME WORK/);
});

test('every sample of a work that starts afresh has a process of its own', async (t) => {
  const { rows } = await measureTiny({ ...matmulWork(4), fresh: true }, [plain('plain', '1')]);
  t.is(rows[0]!.samples, 2);
});

test('a runner that is missing or has no program for a work gives a line in place of a row', async (t) => {
  const missing: Runner = {
    ...plain('missing'),
    args: ['--input-type=module', '--eval', 'import "nowhere-to-be-found"'],
  };
  const { rows, notes } = await measureTiny(
    convolutionWork('conv', { batch: 1, channels: 1, filters: 1, size: 3, kernel: 3 }),
    [plain('plain'), missing],
  );
  t.deepEqual(rows, []);
  t.is(notes[0], 'plain (1): no conv: there is no program for it');
  t.regex(notes[1]!, /^missing \(1\): no conv: .*nowhere-to-be-found/);
});
