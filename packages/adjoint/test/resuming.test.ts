import test from 'ava';
import { decodeCheckpoint, encodeCheckpoint } from '@adjoint/io';
import { dataset } from '@adjoint/data';
import {
  createApp,
  RandomSource,
  type App,
  type Choice,
  type FitOptions,
  type FitResult,
  type Kind,
  type Trainer,
  type TrainerOptions,
} from '../src/index.js';
import { modelOf } from './small-run.js';

// Whatever a plugin keeps, a run that is interrupted and resumed from its bytes has the bits of one that is not, and ends
// at the same epoch. The registry says which plugins there are.

const examples = 36;
const random = new RandomSource(5);
const data = dataset({
  inputs: { data: Float32Array.from({ length: examples * 16 }, () => random.uniform()), shape: [examples, 1, 4, 4] },
  // Classes, which the loss looks at, and numbers.
  targets: [
    { data: Int32Array.from({ length: examples }, (_, i) => i % 3) },
    { data: Float32Array.from({ length: examples * 3 }, () => random.uniform()), shape: [examples, 3] },
  ],
});

/** Options of what cannot do without. */
const needed: Readonly<Record<string, object>> = {
  weighted: { weights: Array.from({ length: examples }, (_, i) => 1 + (i % 2)) },
  bucketed: { lengths: Array.from({ length: examples }, (_, i) => i % 7) },
};

const { registry } = createApp();

function takesNumbers(metric: Choice<'metric'>): boolean {
  return registry.create('metric', metric).targets === 'numbers';
}

/** What a plugin of a kind is put beside; a loss of its own data is not among them. */
const places: Partial<Record<Kind, (choice: never) => Partial<TrainerOptions & FitOptions>>> = {
  optimizer: (choice) => ({ optimizer: choice }),
  gradientTransform: (choice) => ({ gradientTransforms: [choice] }),
  schedule: (choice) => ({ schedule: choice }),
  regularizer: (choice) => ({ regularizers: [choice] }),
  metric: (choice) => ({ metrics: [{ metric: choice, target: takesNumbers(choice) ? 1 : 0 }] }),
  logger: (choice) => ({ loggers: [choice] }),
  sampler: (choice) => ({ sampler: choice }),
};

function trainerOf(app: App, options: Partial<TrainerOptions>): Trainer {
  return app.trainer(modelOf(app), { loss: 'crossEntropy', optimizer: 'momentum', seed: 4, ...options });
}

for (const [kind, place] of Object.entries(places)) {
  for (const { name, examples } of createApp().describe(kind as Kind).extensions) {
    test(`${kind} '${name}': a run that is resumed from its bytes has the bits of one that is not interrupted`, async (t) => {
      const { sampler, ...options } = place({ [name]: needed[name] ?? examples?.[0]?.options ?? {} } as never);
      const plan: FitOptions = { epochs: 3, batchSize: 16, validation: data, ...(sampler && { sampler }) };
      const fit = (trainer: Trainer): Promise<FitResult> => trainer.fit(data, plan);
      const apps = Array.from({ length: 5 }, () => createApp({ backend: 'reference' }));
      const [first, ...others] = apps.map((app) => trainerOf(app, options));
      const { history, reason } = await fit(first!);
      const expected = await first!.state();
      for (const [stopped, resumed, last] of [
        [others[0]!, others[1]!, 1],
        [others[2]!, others[3]!, 5],
      ] as const) {
        stopped.on('step:end', ({ step }) => step === last && stopped.stop());
        await fit(stopped);
        await resumed.restore(decodeCheckpoint(encodeCheckpoint(await stopped.state())));
        const result = await fit(resumed);
        t.deepEqual([result.history, result.reason, resumed.epoch], [history, reason, first!.epoch]);
        t.deepEqual(await resumed.state(), expected);
      }
      await Promise.all(apps.map((app) => app.close()));
    });
  }
}

test('early stopping ends a resumed run where it ends another', async (t) => {
  // The same figure in every epoch: none is better than the first.
  const options: Partial<TrainerOptions> = {
    optimizer: { sgd: { learningRate: 0 } },
    regularizers: [{ earlyStopping: { patience: 4, metric: 'loss' } }],
  };
  const plan: FitOptions = { epochs: 50, batchSize: 'full', validation: data };
  const compose = (): Trainer => {
    const app = createApp();
    return app.trainer(app.sequential({ input: [1, 4, 4] }, ['flatten', { dense: { units: 3 } }]), {
      loss: 'crossEntropy',
      optimizer: 'sgd',
      ...options,
    });
  };
  const [whole, stopped, resumed] = [compose(), compose(), compose()];
  const result = await whole.fit(data, plan);
  t.deepEqual([result.reason, whole.epoch], ['stopped', 5]);
  stopped.on('epoch:end', ({ epoch }) => epoch === 2 && stopped.stop());
  await stopped.fit(data, plan);
  await resumed.restore(decodeCheckpoint(encodeCheckpoint(await stopped.state())));
  t.is((await resumed.fit(data, plan)).reason, 'stopped');
  t.is(resumed.epoch, whole.epoch);
});

test('every kind that a trainer uses has a place here', (t) => {
  const others: readonly string[] = ['backend', 'dataset', 'ensemble', 'initializer', 'layer', 'loss', 'runner'];
  const kinds = new Set(
    createApp()
      .describe()
      .extensions.map(({ kind }) => kind),
  );
  t.deepEqual(
    [...kinds].filter((kind) => !(kind in places) && !others.includes(kind)),
    [],
  );
});
