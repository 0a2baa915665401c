import test from 'ava';
import type { JobProgress } from '@adjoint/core';
import { progressObserver } from '../src/node/progress/progress-logger.js';
import { durationText, TimeLeft } from '../src/node/progress/time-left.js';
import { Bar, showProgress, withProgress } from '../src/node.js';
import { attachedRun } from './run.js';
import { FakeTerminal } from './terminal.js';

test('the time left goes by what was done since the first report', (t) => {
  const left = new TimeLeft();
  left.see(1, 5000);
  t.is(left.of(10), undefined);
  left.see(3, 5400);
  // 2 in 400 ms; 7 are left. The first took 5 s, of which most was compiling.
  t.is(left.of(10), 1400);
  t.is(left.of(2), 0);
});

test('durations are read at a glance', (t) => {
  t.deepEqual([0, 3140, 42_000, 310_000, 7_500_000].map(durationText), [
    '0.0 s',
    '3.1 s',
    '42 s',
    '5 min 10 s',
    '2 h 5 min',
  ]);
});

test('bars change in place, what is printed goes above them, and what is kept stays', (t) => {
  const terminal = new FakeTerminal();
  const first = new Bar({ label: 'first', total: 8, unit: 'steps', terminal });
  const second = new Bar({ label: 'second', total: 4, terminal });
  t.is(terminal.shown.length, 2);
  terminal.write('a line\n');
  t.deepEqual(terminal.shown.length, 3);
  t.is(terminal.shown[0], 'a line');
  first.update(2, { note: 'loss 1' });
  second.end({ keep: false });
  t.is(terminal.shown.length, 2);
  t.regex(terminal.shown[1]!, /^first {2}█{6} {18} {2}25 % {2}2\/8 steps {2}.* {2}loss 1$/);
  first.end();
  first.end();
  t.regex(terminal.shown[1]!, /^first/);
  const restored = terminal.write;
  terminal.write('after\n');
  t.deepEqual(terminal.shown.slice(2), ['after']);
  t.true(Object.hasOwn(terminal, 'write') && restored.length === 1);
});

test('a line never wraps, and what is no terminal gets nothing', (t) => {
  const terminal = new FakeTerminal();
  const bar = new Bar({ label: 'x'.repeat(300), terminal });
  t.is(terminal.shown[0]!.length, terminal.columns - 1);
  bar.end();
  const unsure = new FakeTerminal();
  new Bar({ label: 'x'.repeat(300), terminal: Object.assign(unsure, { columns: 0 }) }).end();
  t.is(unsure.shown[0]!.length, 79);
  const written: string[] = [];
  const pipe = { write: (text: string) => written.push(text) };
  const quiet = new Bar({ label: 'quiet', total: 1, terminal: pipe });
  quiet.update(1);
  quiet.end();
  t.deepEqual(written, []);
});

test('a fit ends as one line of its steps and figures; a validation has a bar of its own while it lasts', async (t) => {
  const terminal = new FakeTerminal();
  const seen = new Set<string>();
  const watched = {
    isTTY: true,
    columns: 100,
    write(text: string) {
      terminal.write(text);
      for (const line of terminal.shown) seen.add(line.split(' ')[0]!);
      return true;
    },
  };
  // More than the 256 examples of one batch of an evaluation.
  await attachedRun(progressObserver({ terminal: watched }), { validationExamples: 300 });
  t.is(terminal.shown.length, 1);
  t.regex(terminal.shown[0]!, /^fit {2}█{24} 100 % {2}4\/4 steps {2}.* s {2}epoch 2\/2 {2}loss 0\.1563/);
  t.true(seen.has('validation'));
});

test('jobs have a bar for all and one for each that runs', (t) => {
  const terminal = new FakeTerminal();
  const tell = showProgress({ label: 'folds', terminal });
  const progress = { epoch: 0, step: 0, stepInEpoch: 0, epochs: 2, stepsPerEpoch: 1 };
  const count = 2;
  const start = (job: number): JobProgress => ({
    job,
    count,
    event: 'fit:start',
    payload: { ...progress, parameters: 1 },
  });
  const end = (job: number): JobProgress => ({
    job,
    count,
    event: 'fit:end',
    payload: {
      ...progress,
      reason: 'completed',
      history: [],
    },
  });
  tell(start(0));
  tell(start(1));
  tell({
    job: 1,
    count,
    event: 'epoch:end',
    payload: { ...progress, metrics: { loss: 0.5 }, figures: {}, milliseconds: 1 },
  });
  tell(end(0));
  // Whoever prints has the bars drawn again.
  terminal.write('a line\n');
  t.is(terminal.shown.length, 3);
  // One is finished, the other one half.
  t.regex(terminal.shown[1]!, /^folds {2}█{18} {6} {2}75 % {2}1\.5\/2/);
  t.regex(terminal.shown[2]!, /^ {2}2 .* 1\/2 epochs .* loss 0\.5000$/);
  tell(end(1));
  t.is(terminal.shown.length, 2);
  t.regex(terminal.shown[1]!, /^folds {2}█{24} 100 % {2}2\/2/);
});

test('a load, a prediction or an evaluation has a bar while it lasts', (t) => {
  const terminal = new FakeTerminal();
  const tell = showProgress({ terminal });
  /** The bars below a line that somebody prints, since they are drawn again then. */
  const bars = (): string[] => {
    terminal.write('a line\n');
    return terminal.shown.slice(terminal.shown.lastIndexOf('a line') + 1);
  };
  tell({ work: 'loading', done: 1, total: 4, unit: 'files' });
  t.regex(bars().join('\n'), /^loading {2}█{6} {18} {2}25 % {2}1\/4 files {2}.*$/);
  tell({ work: 'loading', done: 4, total: 4, unit: 'files' });
  t.deepEqual(bars(), []);
  tell({ work: 'prediction', done: 256, unit: 'examples' });
  t.regex(bars().join('\n'), /^prediction {2}256 examples {2}.*$/);
  // What is another work, or begins anew, has a bar of its own.
  tell({ work: 'loading', done: 500, total: 1000, unit: 'rows' });
  t.regex(bars().join('\n'), /^loading .* 50 % {2}500\/1000 rows.*$/);
  tell({ work: 'loading', done: 1, total: 2, unit: 'files' });
  t.regex(bars().join('\n'), /^loading .* 50 % {2}1\/2 files.*$/);
  tell.end();
  t.deepEqual(bars(), []);
});

test('whatever can be iterated over can be counted, and its bar ends when it is left', async (t) => {
  const terminal = new FakeTerminal();
  const rows = [[1, 2], [3], [4, 5, 6]];
  const given: number[][] = [];
  for await (const some of withProgress(rows, {
    label: 'loading',
    total: 6,
    count: ({ length }) => length,
    terminal,
  })) {
    given.push(some);
    if (given.length === 2) break;
  }
  t.deepEqual(given, rows.slice(0, 2));
  // What the loop has left is not counted.
  t.regex(terminal.shown[0]!, /^loading {2}█{8} .* 33 % {2}2\/6/);
});

test('what is no option is refused in words', (t) => {
  for (const wrong of [{}, { label: 'x', total: -1 }, { label: 'x', terminal: 5 }, { label: 'x', size: 3 }])
    t.throws(() => new Bar(wrong as never), { code: 'OPTIONS_INVALID' });
  t.throws(() => showProgress({ total: 0.5 }), { code: 'OPTIONS_INVALID' });
});
