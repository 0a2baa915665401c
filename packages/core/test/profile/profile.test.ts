import test from 'ava';
import { Engine, hostTensor, matmul, Profile, profileFunction, type KernelProfile } from '../../src/index.js';
import { StopwatchBackend } from './stopwatch-backend.js';

/** A kernel that did `flops` and moved `bytes` in `milliseconds`. */
function kernel(layer: string, milliseconds: number, flops: number, bytes: number): KernelProfile {
  const gflops = flops / milliseconds / 1e6;
  const gigabytesPerSecond = bytes / milliseconds / 1e6;
  const label = `${layer}: work of ${milliseconds}`;
  return { label, layer, kind: 'elementwise', milliseconds, flops, bytes, gflops, gigabytesPerSecond };
}

const profile = new Profile([kernel('dense', 1, 2e6, 4e6), kernel('loss', 2, 0, 8e6), kernel('dense', 5, 6e6, 4e6)]);

test('a kernel has the median of the measured runs, and its rates', async (t) => {
  // The first two runs warm up; the others take 2, 9, 4 ms.
  const backend = new StopwatchBackend((run) => [100, 100, 2, 9, 4][run]!);
  const product = new Engine(backend).trace(([a, b]) => [matmul(a!, b!)]);
  const matrix = hostTensor(new Float32Array(100), [10, 10]);
  const { kernels, total } = await profileFunction(product, [matrix, matrix], { steps: 3 });
  t.is(backend.runs, 5);
  t.is(kernels.length, 1);
  const [only] = kernels;
  t.like(only, { layer: '', kind: 'contraction', milliseconds: 4, flops: 2000, bytes: 1200 });
  // 2000 operations in 4 ms are half a million a second.
  t.is(only!.gflops, 5e-4);
  t.is(only!.gigabytesPerSecond, 3e-4);
  t.like(total, { milliseconds: 4, flops: 2000, bytes: 1200, gflops: 5e-4 });
});

test('of an even number of runs the median is the mean of the middle two', async (t) => {
  const backend = new StopwatchBackend((run) => [0, 0, 7, 1, 3, 4][run]!);
  const double = new Engine(backend).trace(([x]) => [x!.add(x!)]);
  const { kernels } = await profileFunction(double, [hostTensor([1, 2])], { steps: 4 });
  t.is(kernels[0]!.milliseconds, 3.5);
});

test('where the clock saw no time there is no rate', async (t) => {
  const double = new Engine(new StopwatchBackend(() => 0)).trace(([x]) => [x!.add(x!)]);
  const instant = await profileFunction(double, [hostTensor([1, 2])], { steps: 1 });
  t.like(instant.kernels[0], { milliseconds: 0, flops: 2, gflops: 0, gigabytesPerSecond: 0 });
  t.regex(instant.toTable(), /all kernels +0\.000 +– +– +–/);
});

test('the number of steps is checked', async (t) => {
  const double = new Engine(new StopwatchBackend(() => 1)).trace(([x]) => [x!.add(x!)]);
  for (const steps of [0, 1.5, NaN])
    await t.throwsAsync(profileFunction(double, [hostTensor([1])], { steps }), {
      code: 'OPTIONS_INVALID',
      message: /'steps' is .* integer ≥ 1/,
    });
});

test('layers are summed, slowest first', (t) => {
  t.deepEqual(profile.byLayer(), [
    { layer: 'dense', kernels: 2, milliseconds: 6, flops: 8e6, bytes: 8e6, gflops: 8 / 6, gigabytesPerSecond: 8 / 6 },
    { layer: 'loss', kernels: 1, milliseconds: 2, flops: 0, bytes: 8e6, gflops: 0, gigabytesPerSecond: 4 },
  ]);
});

test('the table shows the slowest kernels first, with their share, and the whole', (t) => {
  const cells = (text: string): string[][] =>
    text.split('\n').map((line) => line.split(/ {2,}/).filter((cell) => cell !== ''));
  const [head, , ...lines] = cells(profile.toTable());
  t.deepEqual(head, ['layer', 'ms', 'share', 'GFLOP/s', 'GB/s', 'kernel']);
  t.deepEqual(
    lines.filter((line) => line.length > 1),
    [
      ['dense', '5.000', '62.5 %', '1.2', '0.8', 'dense: work of 5'],
      ['loss', '2.000', '25.0 %', '–', '4.0', 'loss: work of 2'],
      ['dense', '1.000', '12.5 %', '2.0', '4.0', 'dense: work of 1'],
      ['all kernels', '8.000', '100.0 %', '1.0', '2.0'],
    ],
  );
  const top = profile.toTable({ top: 1 });
  t.true(top.includes('work of 5') && top.includes('8.000'));
  t.false(top.includes('work of 2'));
});

test('a long label is cut, and columns stay in line', (t) => {
  const long = { ...kernel('dense', 1, 1, 1), label: 'x'.repeat(200) };
  const lines = new Profile([long]).toTable().split('\n');
  t.true(lines.every((line) => line.length < 120));
  t.regex(lines[2]!, /x…$/);
});

test('the Chrome trace has one complete event for each kernel, back to back in microseconds', (t) => {
  const { traceEvents, displayTimeUnit } = profile.toChromeTrace();
  t.is(displayTimeUnit, 'ms');
  t.deepEqual(
    traceEvents.map(({ name, ph, ts, dur, args }) => [name, ph, ts, dur, args['layer']]),
    [
      ['dense: work of 1', 'X', 0, 1000, 'dense'],
      ['loss: work of 2', 'X', 1000, 2000, 'loss'],
      ['dense: work of 5', 'X', 3000, 5000, 'dense'],
    ],
  );
  t.deepEqual(traceEvents[0]!.args, { layer: 'dense', flops: 2e6, bytes: 4e6, gflops: 2, gigabytesPerSecond: 4 });
});
