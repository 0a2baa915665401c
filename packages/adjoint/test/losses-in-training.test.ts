import test, { type ExecutionContext } from 'ava';
import { dataset } from '@adjoint/data';
import { createApp, hostTensor, type Choice, type Dataset, type Model, type TensorLike } from '../src/index.js';

// Losses that take several outputs, several targets or none, and options that are tensors, in whole runs.

const app = createApp();
test.after(() => app.close());

/** Trains, and holds that the loss has fallen to a part of what it was. */
async function falls(
  t: ExecutionContext,
  model: Model,
  data: Dataset,
  { loss, part, epochs = 40 }: { loss: Choice<'loss'>; part: number; epochs?: number },
): Promise<void> {
  const trainer = app.trainer(model, { loss, optimizer: { adam: { learningRate: 0.05 } } });
  const { loss: before } = await trainer.evaluate(data);
  await trainer.fit(data, { epochs, batchSize: 8 });
  const { loss: after } = await trainer.evaluate(data);
  t.true(after! < part * before!, `the loss fell from ${before} to ${after}`);
}

const size = 24;
const wave = (i: number, k: number): number => Math.sin((1 + (i % 3)) * (k + 1));
const rows = hostTensor(
  Float32Array.from({ length: size * 4 }, (_, at) => wave(Math.floor(at / 4), at % 4)),
  [size, 4],
);
const labels = hostTensor(Int32Array.from({ length: size }, (_, i) => i % 3));
const units = (count: number) => ({ dense: { units: count } }) as const;

test('class weights and smoothing', async (t) => {
  const model = app.sequential({ input: [4], seed: 1 }, [units(3)]);
  const loss = { crossEntropy: { weights: [1, 0, 2], smoothing: 0.1, ignoreIndex: -1 } } as const;
  await falls(t, model, dataset({ inputs: rows, targets: labels }), { loss, part: 0.7 });
});

test('a mean with its variance', async (t) => {
  const model = app.model(
    ({ input, layer }) => {
      const x = input([4]);
      return [layer(units(1), x), layer(units(1), x)];
    },
    { seed: 1 },
  );
  const targets = hostTensor(
    Float32Array.from({ length: size }, (_, i) => 3 * wave(i, 0)),
    [size, 1],
  );
  const loss = { gaussian: { of: 'logVariance' } } as const;
  await falls(t, model, dataset({ inputs: rows, targets }), { loss, part: 0.5 });
});

test('predict is refused where there are several outputs, also with averages of the weights', async (t) => {
  const model = app.model(({ input, layer }) => {
    const x = input([4]);
    return [layer(units(1), x), layer(units(1), x)];
  });
  const loss = { gaussian: { of: 'logVariance' } } as const;
  for (const regularizers of [[], ['ema']] as const) {
    const trainer = app.trainer(model, { loss, optimizer: 'sgd', regularizers });
    await t.throwsAsync(trainer.predict(rows), { code: 'OPTIONS_INVALID', message: /2 outputs.*predictAll/ });
  }
});

test('triplets through one embedding, without targets', async (t) => {
  const model = app.model(
    ({ input, layer, use }) => {
      const [anchor, like, unlike] = [input([4]), input([4]), input([4])];
      const first = layer(units(2), anchor);
      return [first, use(first, like), use(first, unlike)];
    },
    { seed: 1 },
  );
  const turned = (by: number): TensorLike =>
    hostTensor(
      Float32Array.from({ length: size * 4 }, (_, at) => wave(Math.floor(at / 4) + by, at % 4)),
      [size, 4],
    );
  await falls(t, model, dataset({ inputs: [rows, turned(3), turned(1)] as never }), { loss: 'triplet', part: 0.2 });
});

test('a text from times, with numbers of times and lengths', async (t) => {
  const steps = 6;
  const sounds = Float32Array.from({ length: size * steps * 3 }, (_, at) => {
    const [i, k] = [Math.floor(at / (steps * 3)), at % 3];
    const time = Math.floor(at / 3) % steps;
    return Number(k === (time < 3 ? i % 3 : (i + 1) % 3));
  });
  const text = Int32Array.from({ length: size * 2 }, (_, at) => 1 + ((Math.floor(at / 2) + (at % 2)) % 3));
  const data = dataset({
    inputs: hostTensor(sounds, [size, steps, 3]),
    targets: [
      hostTensor(text, [size, 2]),
      hostTensor(new Int32Array(size).fill(steps)),
      hostTensor(new Int32Array(size).fill(2)),
    ],
  });
  const model = app.sequential({ input: [steps, 3], seed: 1 }, [{ timeDistributed: { layer: units(4) } }]);
  await falls(t, model, data, { loss: 'ctc', part: 0.3, epochs: 60 });
  const wrong = dataset({
    inputs: hostTensor(sounds, [size, steps, 3]),
    targets: hostTensor(new Int32Array(size * 2).fill(9), [size, 2]),
  });
  await t.throwsAsync(app.trainer(model, { loss: 'ctc', optimizer: 'sgd' }).evaluate(wrong), {
    message: /ctc: a label is 9/,
  });
});
