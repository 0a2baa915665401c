import test from 'ava';
import {
  batches,
  batchSource,
  classWeights,
  dataset,
  Loader,
  split,
  standardize,
  subset,
  transform,
  view,
} from '@adjoint/data';
import { createApp, openData, type Dataset, type Job, type TrainerOptions } from '../src/index.js';

// What reads examples by number, or more than once, says so of a stream; whole or single, of ours or of the language.

const app = createApp({ backend: 'reference' });
const model = app.sequential({ input: [2] }, [{ dense: { units: 1 } }]);
const options: TrainerOptions = { loss: 'meanSquaredError', optimizer: 'sgd' };
const trainer = app.trainer(model, options);
const held = dataset({
  inputs: { data: new Float32Array(8), shape: [4, 2] },
  targets: { data: new Float32Array(4), shape: [4, 1] },
});
const fit = { epochs: 1, batchSize: 2 };
const job = (train: Dataset, validation?: Dataset): Job => ({
  composition: model.composition,
  seed: 0,
  trainer: options,
  fit,
  train: { data: train },
  ...(validation && { validation: { data: validation } }),
});
const run = (one: Job): Promise<unknown> => app.run([one])[Symbol.asyncIterator]().next();
const ensemble = () => app.ensemble(model, { strategy: 'softVoting', trainer: options });

const readers: Readonly<Record<string, (data: Dataset) => unknown>> = {
  'an ensemble': (data) => ensemble().fit(data, fit),
  'an ensemble, to validate': (validation) => ensemble().fit(held, { ...fit, validation }),
  'fit, to validate': (validation) => trainer.fit(held, { ...fit, validation }),
  evaluate: (data) => trainer.evaluate(data),
  figures: (data) => trainer.figures(data),
  'export, to recalibrate': (recalibrate) => trainer.export({ recalibrate }),
  'the data of a job': (data) => openData(app.registry, { data }),
  'a job': (data) => run(job(data)),
  'a job, to validate': (data) => run(job(held, data)),
  view: (data) => view(data, {}),
  subset: (data) => subset(data, Int32Array.of(0)),
  split: (data) => split(data, [1, 1], { seed: 0 }),
  transform: (data) => transform(data, {}),
  classWeights: (data) => classWeights(data, 2),
  standardize: (data) => standardize(data),
  batches: (data) => [...batches(data, { batchSize: 2 })],
  batchSource: (data) => batchSource(data, { batchSize: 2 }),
  Loader: (data) => new Loader(data, { batchSize: 2 }),
};

function* generate(): Generator<object> {
  yield { x: [1, 2], y: [1] };
}
const streams: Readonly<Record<string, () => unknown>> = {
  'a generator': generate,
  'a generator of batches': () => [{ x: [[1, 2]], y: [[1]] }].values(),
  'an asynchronous generator': async function* () {
    yield* generate();
  },
  'a stream of batches': () => batchSource(held, { batchSize: 2 }),
};

for (const [reader, read] of Object.entries(readers)) {
  test(`${reader} refuses what can be read only once`, async (t) => {
    for (const [stream, open] of Object.entries(streams))
      await t.throwsAsync(
        async () => read(open() as Dataset),
        { code: 'DATA_INVALID', message: /found a stream.*Collect them first/ },
        stream,
      );
  });
}
