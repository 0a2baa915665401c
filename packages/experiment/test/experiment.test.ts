import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { errorRate, experiment, type Setting } from '../src/index.js';

const out = await mkdtemp(join(tmpdir(), 'adjoint-experiment-'));
test.after.always(() => rm(out, { recursive: true }));

const halves = (told: Setting[]) => ({
  name: 'halves',
  about: 'Halves a number.',
  source: 'Euclid',
  run: (setting: Setting) => {
    told.push(setting);
    return Promise.resolve({
      figures: { half: 1 / 3, never: Number.NaN, values: Float32Array.of(1, 2) },
      published: [{ figure: 'half', published: 0.5, ours: 0.3333 }],
      plots: { halves: '<svg/>' },
      conclusions: ['They do not agree.'],
    });
  },
});

test('an experiment is told its size and writes its figures and plots', async (t) => {
  const told: Setting[] = [];
  await experiment(halves(told), ['--smoke', '--seed', '3', '--out', out]);
  t.like(told[0], { size: 'smoke', seed: 3 });
  t.deepEqual((await readdir(out)).sort(), ['halves.json', 'halves.svg']);
  const { figures, size } = JSON.parse(await readFile(join(out, 'halves.json'), 'utf8')) as Record<string, unknown>;
  t.is(size, 'smoke');
  t.deepEqual(figures, { half: 0.333333, never: 'NaN', values: [1, 2] });
});

test('what the command line has wrong is said', async (t) => {
  await t.throwsAsync(experiment(halves([]), ['--smoke', '--full']), { code: 'OPTIONS_INVALID', message: /not both/ });
  await t.throwsAsync(experiment(halves([]), ['--seed', '-1']), { code: 'OPTIONS_INVALID' });
  await t.throwsAsync(experiment(halves([]), ['--quick']), { code: 'OPTIONS_INVALID', message: /--smoke/ });
});

test('--help runs nothing', async (t) => {
  const told: Setting[] = [];
  t.is(await experiment(halves(told), ['--help']), undefined);
  t.is(told.length, 0);
});

test('an error rate counts the rows whose largest score is elsewhere', (t) => {
  const scores = { data: Float32Array.of(1, 2, 5, 4, 0, 9), shape: [3, 2], dtype: 'float32' } as const;
  t.is(errorRate(scores, [1, 1, 1]), 1 / 3);
  t.throws(() => errorRate(scores, [1, 1]), { code: 'SHAPE_MISMATCH' });
});
