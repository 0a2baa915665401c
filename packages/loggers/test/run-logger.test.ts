import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { createApp, hostTensor, oneHot, type Dataset } from '@adjoint/core';
import { defineMetric, definePlugin, matmul, metric, type NamesOf } from '@adjoint/core';
import { object } from '@adjoint/core/options';
import { layers } from '@adjoint/layers';
import { losses } from '@adjoint/losses';
import { optimizers } from '@adjoint/optimizers';
import { fileLoggers, RunFolder, type ExamplesFile, type RunMetadata } from '../src/node.js';
import { decodePng } from './png-reader.js';
import { loggedRun } from './run.js';

const counts = defineMetric({
  options: object({}),
  create: () =>
    metric({
      targets: 'classes',
      measure: ({ output, target }) => ({
        counts: matmul(oneHot(target, 2), oneHot(output.argMax(-1), 2), { transposeA: true }),
      }),
      finish: ({ counts: table }) => table,
    }),
});
const plugin = definePlugin({ name: '@acme/counts', version: '1.0.0', metric: { 'acme/counts': counts } });
declare module '@adjoint/core' {
  interface Metrics extends NamesOf<typeof plugin.metric> {}
}

async function folderOf(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'adjoint-runs-'));
  t.teardown(() => rm(folder, { recursive: true }));
  return folder;
}

async function json<T>(...path: string[]): Promise<T> {
  return JSON.parse(await readFile(join(...path), 'utf8')) as T;
}

/** Images of one row of three pixels: bright on the left is class 0, on the right class 1; every fourth says otherwise. */
const images: Dataset = {
  size: 8,
  inputs: [{ shape: [1, 1, 3], dtype: 'float32' }],
  targets: [{ shape: [], dtype: 'int32' }],
  batch: (indices) => ({
    inputs: [
      hostTensor(Float32Array.from([...indices].flatMap((i) => (i % 2 ? [0, 1, 2] : [2, 1, 0]))), [
        indices.length,
        1,
        1,
        3,
      ]),
    ],
    targets: [hostTensor(Int32Array.from(indices, (i) => (i < 2 ? 1 - (i % 2) : i % 2)))],
  }),
};

test('a run is a folder of what it was told, its events, and images by true and predicted class', async (t) => {
  const directory = join(await folderOf(t), 'new', 'runs');
  const app = createApp({ plugins: [layers, losses, optimizers, fileLoggers, plugin], backend: 'reference' });
  const model = app.sequential({ input: [1, 1, 3], seed: 1 }, ['flatten', { dense: { units: 2 } }]);
  const trainer = app.trainer(model, {
    loss: 'crossEntropy',
    optimizer: { sgd: { learningRate: 0.5 } },
    metrics: ['acme/counts'],
    loggers: [{ run: { directory, name: 'first', images: 2, classes: ['left', 'right'], steps: 2 } }],
  });
  await trainer.fit(images, { epochs: 10, batchSize: 4, validation: images });
  await app.close();

  t.deepEqual((await readdir(join(directory, 'first'))).sort(), ['events.jsonl', 'examples.json', 'run.json']);
  const metadata = await json<RunMetadata>(directory, 'first', 'run.json');
  t.like(metadata, {
    format: 'adjoint/run/1',
    name: 'first',
    group: 'first',
    parameters: 8,
    classes: ['left', 'right'],
  });
  t.deepEqual(metadata.hyperparameters, {
    loss: 'crossEntropy',
    optimizer: 'sgd',
    'optimizer.learningRate': 0.5,
    'metrics.0': 'acme/counts',
    epochs: 10,
    batchSize: 4,
  });
  t.regex(metadata.summary!, /dense/);

  const lines = (await readFile(join(directory, 'first', 'events.jsonl'), 'utf8')).trimEnd().split('\n');
  const events = lines.map((line) => JSON.parse(line) as { event: string; figures?: Record<string, unknown> });
  t.is(events[0]!.event, 'fit:start');
  // Two steps an epoch, of which every second is written.
  t.is(events.filter(({ event }) => event === 'step:end').length, 10);
  // Six are as they look, two are not.
  const table = events.findLast(({ event }) => event === 'validation:end')!.figures;
  t.deepEqual(table, { counts: { data: [3, 1, 1, 3], shape: [2, 2], dtype: 'float64' } });

  const { classes, examples, cells } = await json<ExamplesFile>(directory, 'first', 'examples.json');
  t.deepEqual([classes, examples], [2, 8]);
  const found = cells.map(({ truth, predicted, count, examples: own }) => [
    truth,
    predicted,
    count,
    own.map(({ index }) => index),
  ]);
  t.deepEqual(
    found.sort(([a, b], [c, d]) => Number(a) - Number(c) || Number(b) - Number(d)),
    [
      [0, 0, 3, [2, 4]],
      [0, 1, 1, [1]],
      [1, 0, 1, [0]],
      [1, 1, 3, [3, 5]],
    ],
  );
  const [, base64 = ''] = cells
    .find(({ truth, predicted }) => truth === 0 && predicted === 1)!
    .examples[0]!.image.split(',');
  t.deepEqual(decodePng(Buffer.from(base64, 'base64')).rows, [[0, 128, 255]]);
});

test('one output tells two classes', async (t) => {
  const directory = await folderOf(t);
  const app = createApp({ plugins: [layers, losses, optimizers, fileLoggers], backend: 'reference' });
  const model = app.sequential({ input: [1, 1, 3], seed: 1 }, ['flatten', { dense: { units: 1 } }]);
  const trainer = app.trainer(model, {
    loss: 'binaryCrossEntropy',
    optimizer: { sgd: { learningRate: 0.5 } },
    loggers: [{ run: { directory, name: 'one' } }],
  });
  await trainer.fit(images, { epochs: 10, batchSize: 4, validation: images });
  await app.close();
  const { classes, cells } = await json<ExamplesFile>(directory, 'one', 'examples.json');
  t.is(classes, 2);
  t.deepEqual(cells.map(({ truth, predicted, count }) => [truth, predicted, count]).sort(), [
    [0, 0, 3],
    [0, 1, 1],
    [1, 0, 1],
    [1, 1, 3],
  ]);
});

test('runs of one name are folders beside each other, and belong together', async (t) => {
  const directory = await folderOf(t);
  for (let i = 0; i < 3; i++) await loggedRun({ run: { directory, name: 'member' } });
  await loggedRun({ run: { directory } });
  const names = (await readdir(directory)).sort();
  t.deepEqual(names.slice(1), ['member', 'member-2', 'member-3']);
  t.regex(names[0]!, /^\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d$/);
  const groups = await Promise.all(
    names.map(async (name) => (await json<RunMetadata>(directory, name, 'run.json')).group),
  );
  t.deepEqual(groups, [names[0], 'member', 'member', 'member']);
  // There are no images, and so no file of them.
  t.deepEqual((await readdir(join(directory, 'member'))).sort(), ['events.jsonl', 'run.json']);
});

test('a run that cannot be written is refused before its first step', async (t) => {
  const directory = await folderOf(t);
  await writeFile(join(directory, 'file'), '');
  await t.throwsAsync(loggedRun({ run: { directory: join(directory, 'file') } }), { code: 'FILE_UNWRITABLE' });
  for (const name of ['..', 'a/b', '', '-x', '.hidden'])
    t.throws(() => RunFolder.make(directory, name), { code: 'OPTIONS_INVALID' }, name);
  // mkdir's own `recursive` would not return from here on Linux.
  for (const logger of [{ jsonl: { path: '/proc/none/run.jsonl' } }, { csv: { path: '/proc/none/run.csv' } }] as const)
    await t.throwsAsync(loggedRun(logger), { code: 'FILE_UNWRITABLE' });
});
