import test from 'ava';
import type { Row } from '../src/report/row.js';
import { formatGoals, goals } from '../src/report/bar.js';
import { formatTable } from '../src/report/table.js';

const row = (work: string, runner: string, medianMs: number, gflops: number, images?: number): Row => ({
  work,
  runner,
  threads: 1,
  medianMs,
  minMs: medianMs / 2,
  maxMs: medianMs * 2,
  samples: 3,
  gflops,
  ...(images !== undefined && { imagesPerSecond: images }),
});

const rows = [
  row('tile-loop', 'adjoint-wasm', 1, 40),
  row('matmul-1024', 'adjoint-wasm', 60, 30),
  row('cnn-step', 'adjoint-wasm', 100, 5, 640),
  row('cnn-step', 'jax-js', 15700, 0.05, 4.0764),
];

test('the table gives times, rates and the ratio to the first runner of a work', (t) => {
  t.is(
    formatTable(rows),
    [
      'work         runner            median ms    min    max  n  images/s  GFLOP/s  peak MiB  time ratio',
      '───────────  ────────────────  ─────────  ─────  ─────  ─  ────────  ───────  ────────  ──────────',
      'tile-loop    adjoint-wasm (1)       1.00  0.500   2.00  3               40.0                1.00 ×',
      'matmul-1024  adjoint-wasm (1)       60.0   30.0    120  3               30.0                1.00 ×',
      'cnn-step     adjoint-wasm (1)        100   50.0    200  3       640     5.00                1.00 ×',
      'cnn-step     jax-js (1)            15700   7850  31400  3      4.08   0.0500                 157 ×',
    ].join('\n'),
  );
});

test('goals are ratios of what was measured, and left out where a row is missing', (t) => {
  const all = goals([
    { ...row('cnn-step', 'adjoint-wasm', 30, 1), threads: 2 },
    { ...row('cnn-step', 'pytorch', 45, 1), threads: 2 },
    row('tile-loop', 'adjoint-native', 1, 100),
    row('matmul-1024', 'adjoint-native', 20, 80),
  ]);
  const ratio = (start: string): number | undefined => all.find(({ what }) => what.startsWith(start))!.ratio;
  t.is(ratio('wasm CNN step, 2 threads, of PyTorch'), 1.5);
  t.is(ratio('native matmul'), 0.8);
  t.is(ratio('wasm matmul'), undefined);
  t.deepEqual(
    formatGoals(all)
      .split('\n')
      .map((line) =>
        line
          .trim()
          .split(/\s{2,}/)
          .slice(1),
      ),
    [
      ['≥ 0.85', '0.80', 'not met'],
      ['≥ 1.2', '1.50', 'met'],
    ],
  );
});
