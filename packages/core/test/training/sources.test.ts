import test from 'ava';
import { setTimeout as delay } from 'node:timers/promises';
import {
  batchSource,
  defineSampler,
  definePlugin,
  hostTensor,
  prefetch,
  view,
  type Batch,
  type BatchSource,
  type Dataset,
  type FitOptions,
  type NamesOf,
  type ReadContext,
  type Trainer,
  type TrainerOptions,
} from '../../src/index.js';
import { object } from '../../src/registry/options/index.js';
import { points, tinyApp } from '../tiny.js';

// Where batches come from: datasets, samplers, streams, views; and what is read again when a run is resumed.

/** The even examples, then the odd ones. */
const evenFirst = defineSampler({
  options: object({}),
  create: () => ({
    batches: ({ size }, { batchSize }) => {
      const order = Int32Array.from({ length: size }, (_, i) => ((2 * i) % size) + Math.floor((2 * i) / size));
      return Array.from({ length: Math.ceil(size / batchSize) }, (_, i) =>
        order.subarray(i * batchSize, (i + 1) * batchSize),
      );
    },
  }),
});

const sampler = { 'tiny/evenFirst': evenFirst };

const plugin = definePlugin({ name: '@sources/plugin', version: '1.0.0', sampler });

declare module '../../src/index.js' {
  interface Samplers extends NamesOf<typeof sampler> {}
}

function makeTrainer(options: Partial<TrainerOptions> = {}): Trainer {
  const app = tinyApp({ plugins: [plugin] });
  const model = app.sequential({ input: [2], seed: 1 }, [{ 'tiny/dense': { units: 1 } }]);
  return app.trainer(model, { loss: 'tiny/squared', optimizer: 'tiny/momentum', seed: 2, ...options });
}

async function weights({ model }: Trainer): Promise<number[]> {
  return [...(await model.weights()).get('dense/weight')!.data];
}

/** A dataset that notes which examples are read. */
function watched(data: Dataset): { data: Dataset; seen: number[] } {
  const seen: number[] = [];
  return { seen, data: { ...data, batch: (indices, at) => (seen.push(...indices), data.batch(indices, at)) } };
}

test('a sampler decides which examples a batch holds', async (t) => {
  const { data, seen } = watched(points);
  const trainer = makeTrainer();
  await trainer.fit(data, { epochs: 1, batchSize: 4, sampler: 'tiny/evenFirst' });
  t.deepEqual(seen, [0, 2, 4, 6, 8, 1, 3, 5, 7, 9]);
  t.is(trainer.step, 3);
});

/** An endless stream of the ten points: batch i of an epoch is a function of seed, epoch and i. */
const stream: BatchSource = {
  inputs: points.inputs,
  targets: points.targets,
  async *batches({ seed, epoch, index }) {
    for (let i = index; ; i++) {
      await delay(0);
      yield await points.batch(Int32Array.of((seed + epoch + i) % 10, (3 * i) % 10));
    }
  },
};

test('a stream without end is trained on for as many steps as an epoch is to have, and resumes', async (t) => {
  const plan = { epochs: 2, stepsPerEpoch: 5 };
  const [whole, stopped, resumed] = [makeTrainer(), makeTrainer(), makeTrainer()];
  const { history } = await whole.fit(stream, plan);
  t.deepEqual([whole.step, history.length], [10, 2]);
  stopped.on('step:end', ({ step }) => step === 6 && stopped.stop());
  await stopped.fit(stream, plan);
  await resumed.restore(await stopped.state());
  t.deepEqual((await resumed.fit(stream, plan)).history, history);
  t.deepEqual(await weights(resumed), await weights(whole));
});

test('a stream that ends makes an epoch of unknown length', async (t) => {
  const seven: BatchSource = {
    ...stream,
    async *batches(from) {
      let i = from.index;
      for await (const batch of stream.batches(from))
        if (i++ < 7) yield batch;
        else return;
    },
  };
  const trainer = makeTrainer();
  const steps: number[] = [];
  trainer.on('step:end', ({ stepsPerEpoch }) => steps.push(stepsPerEpoch));
  const { history } = await trainer.fit(seven, { epochs: 2 });
  t.deepEqual([trainer.step, history.length, steps[0]], [14, 2, Infinity]);
  const grouped = makeTrainer();
  await grouped.fit(seven, { epochs: 1, accumulate: 3 });
  t.is(grouped.step, 3);
});

test('batches are read ahead while steps run, and are the same', async (t) => {
  const read: number[] = [];
  const slow: BatchSource = {
    ...batchSource(points, { batchSize: 2, shuffle: false }),
    async *batches(from) {
      let i = 0;
      for await (const batch of batchSource(points, { batchSize: 2, shuffle: false }).batches(from)) {
        read.push(i++);
        yield batch;
      }
    },
  };
  const ahead = prefetch(slow, 2).batches({ seed: 0, epoch: 0, index: 0 })[Symbol.asyncIterator]();
  await ahead.next();
  await delay(5);
  t.deepEqual(read, [0, 1, 2]);
  await ahead.return?.();

  const [plain, fetched] = [makeTrainer(), makeTrainer()];
  await plain.fit(points, { epochs: 2, batchSize: 3 });
  await fetched.fit(points, { epochs: 2, batchSize: 3, prefetch: 2 });
  t.deepEqual(await weights(fetched), await weights(plain));

  const failing: BatchSource = {
    ...slow,
    async *batches() {
      yield await points.batch(Int32Array.of(0));
      throw new Error('the disk is gone');
    },
  };
  await t.throwsAsync(makeTrainer().fit(prefetch(failing), { epochs: 1 }), { message: 'the disk is gone' });
});

/** Noise on the inputs that belongs to the epoch and the example. */
const noisy: Dataset = {
  ...points,
  async batch(indices, at?: ReadContext): Promise<Batch> {
    const { inputs, targets } = await points.batch(indices);
    const [{ data, shape }] = inputs;
    const noise = Array.from(indices, (index) => 0.1 * (at?.random(index).normal() ?? 0));
    return {
      inputs: [
        hostTensor(
          Float32Array.from(data, (x, i) => x + noise[i >> 1]!),
          shape,
        ),
      ],
      targets,
    };
  },
};

test('augmentation is a function of seed, epoch and example, so a resumed run sees the same', async (t) => {
  const plan: FitOptions = { epochs: 3, batchSize: 4 };
  const [whole, stopped, resumed, plain] = [makeTrainer(), makeTrainer(), makeTrainer(), makeTrainer()];
  const { history } = await whole.fit(noisy, plan);
  stopped.on('step:end', ({ step }) => step === 4 && stopped.stop());
  await stopped.fit(noisy, plan);
  await resumed.restore(await stopped.state());
  t.deepEqual((await resumed.fit(noisy, plan)).history, history);
  t.deepEqual(await weights(resumed), await weights(whole));
  await plain.fit(points, plan);
  t.notDeepEqual(await weights(plain), await weights(whole));
});

test('a view has other examples, weights and targets', async (t) => {
  const seen = view(points, {
    indices: Int32Array.of(3, 3, 1),
    weights: Float32Array.of(1, 0, 2),
    targets: hostTensor([7, 8, 9]),
  });
  t.is(seen.size, 3);
  const { inputs, targets, weights: own } = await seen.batch(Int32Array.of(2, 0));
  t.deepEqual(inputs, (await points.batch(Int32Array.of(1, 3))).inputs);
  t.deepEqual([...targets[0]!.data, ...own!.data], [9, 7, 2, 1]);
  t.throws(() => view(points, { weights: Float32Array.of(1) }), {
    code: 'OPTIONS_INVALID',
    message: /1 weights for 10/,
  });
  t.throws(() => view(points, { indices: Int32Array.of(10) }), { code: 'OPTIONS_INVALID', message: /no example 10/ });
});

test('a run is finished as it was begun, or what differs is said', async (t) => {
  const trainer = makeTrainer();
  trainer.on('step:end', ({ step }) => step === 1 && trainer.stop());
  await trainer.fit(points, { epochs: 2, batchSize: 4 });
  await t.throwsAsync(trainer.fit(points, { epochs: 2, batchSize: 5, shuffle: false }), {
    code: 'OPTIONS_INVALID',
    message: /batchSize was 4 and is 5; shuffle was not given and is false/,
  });
  await t.throwsAsync(
    trainer.fit(view(points, { indices: Int32Array.of(1, 2, 3, 4, 5) }), { epochs: 2, batchSize: 4 }),
    {
      message: /examples was 10 and is 5/,
    },
  );
  t.is((await trainer.fit(points, { epochs: 2, batchSize: 4 })).reason, 'completed');
});

test('validation may come between epochs', async (t) => {
  const trainer = makeTrainer();
  const steps: number[] = [];
  trainer.on('validation:end', ({ step }) => steps.push(step));
  await trainer.fit(points, { epochs: 2, batchSize: 2, validation: points, validateEvery: 2 });
  t.deepEqual(steps, [2, 4, 5, 6, 8, 10, 10]);
});
