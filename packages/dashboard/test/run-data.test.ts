import test from 'ava';
import type { RunMetadata } from '@adjoint/loggers/node';
import { RunData } from '../src/index.js';
import { curveCharts, figuresOf } from '../src/view/charts.js';
import { epochLines, line, stepLine } from './written-run.js';

const metadata: RunMetadata = {
  format: 'adjoint/run/1',
  name: 'first',
  group: 'first',
  started: new Date(1_800_000_000_000).toISOString(),
  hyperparameters: {},
};
const log = [
  line('fit:start', 0),
  stepLine(0, 4),
  stepLine(1, 2),
  epochLines(0, 3),
  line('fit:end', 2, { reason: 'stopped', detail: 'enough' }),
].join('');

test('a log gives curves over updates, epochs and seconds', (t) => {
  const run = new RunData(metadata).add(log);
  t.deepEqual(run.curves.get('step/loss'), [
    { step: 1, epoch: 0.5, seconds: 0, value: 4 },
    { step: 2, epoch: 1, seconds: 1, value: 2 },
  ]);
  t.deepEqual(run.curves.get('validation/loss'), [{ step: 2, epoch: 1, seconds: 2, value: 4 }]);
  t.deepEqual(run.tables.get('confusionMatrix'), [
    [3, 1],
    [0, 4],
  ]);
  t.deepEqual([run.status, run.detail, run.epoch, run.epochs, run.step], ['stopped', 'enough', 1, 3, 2]);
});

test('a log may come in pieces that are cut anywhere, and have a line that was cut off', (t) => {
  const whole = new RunData(metadata).add(log);
  const pieces = new RunData(metadata);
  for (let at = 0; at < log.length; at += 7) pieces.add(log.slice(at, at + 7));
  t.deepEqual(pieces.curves, whole.curves);
  const damaged = new RunData(metadata).add(`${stepLine(0, 4)}{"event":"step:e\n${stepLine(1, 2)}`);
  t.deepEqual(
    damaged.curves.get('step/loss')!.map(({ value }) => value),
    [4, 2],
  );
});

test('what was not finite is a gap, and is no harm to the charts', (t) => {
  const run = new RunData(metadata).add(stepLine(0, 4) + stepLine(1, NaN) + stepLine(2, 1));
  t.deepEqual(
    run.curves.get('step/loss')!.map(({ value }) => value),
    [4, NaN, 1],
  );
  t.deepEqual(figuresOf([run]), ['loss', 'learningRate', 'gradientNorm', 'milliseconds']);
  for (const { svg } of curveCharts([run], { logarithmic: true, smoothing: 0.9 })) t.regex(svg, /^<svg/);
  for (const { svg } of curveCharts([new RunData(metadata), run], { place: 'seconds' }))
    t.notRegex(svg, /NaN|Infinity/);
});
