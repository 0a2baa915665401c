import test from 'ava';
import { decodeCheckpoint, decodeModel, encodeCheckpoint, encodeModel } from '@adjoint/io';
import {
  createApp,
  hostTensor,
  isAdjointError,
  type App,
  type ErrorCode,
  type FitOptions,
  type TrainingData,
} from '../src/index.js';

const app = createApp({ backend: 'reference' });
test.after.always(() => app.close());

/** Points of the plane and on which side of a line they lie. */
const points = Array.from({ length: 24 }, (_, i) => [Math.sin(i), Math.cos(3 * i)]);
const sides = points.map(([x = 0, y = 0]) => Number(x > y));
const names = sides.map((side) => (side === 1 ? 'below' : 'above'));

function newTrainer(own: App = app, classes?: readonly string[]) {
  const model = own.sequential({ input: [2], seed: 3, ...(classes && { classes }) }, [{ dense: { units: 2 } }]);
  return own.trainer(model, { loss: 'crossEntropy', optimizer: { sgd: { learningRate: 0.5 } }, metrics: ['accuracy'] });
}

const plan: FitOptions = { epochs: 2, batchSize: 8, shuffle: false };

async function weightsAfter(data: TrainingData, options: FitOptions = plan): Promise<number[]> {
  const trainer = newTrainer();
  await trainer.fit(data, options);
  return [...(await trainer.weights()).values()].flatMap(({ data: values }) => [...values]);
}

const flat = Float32Array.from(points.flat());
const labels = Int32Array.from(sides);

test('fit takes the same examples in any form', async (t) => {
  const wanted = await weightsAfter({ x: hostTensor(flat, [24, 2]), y: hostTensor(labels) });
  const forms: Readonly<Record<string, TrainingData>> = {
    'nested arrays': { x: flat.length ? points.map((point) => point.map(Math.fround)) : [], y: sides },
    'one flat array': { x: flat, y: Uint8Array.from(sides) },
    'a list of typed arrays': { x: points.map((point) => Float32Array.from(point)), y: labels },
    'a list of tensors': { x: points.map((point) => hostTensor(point)), y: sides.map(BigInt) },
    'tensors of the app': { x: app.tensor(flat, [24, 2]), y: app.tensor(labels) },
    'a list of tensors of the app': { x: points.map((point) => app.tensor(point)), y: labels },
    'by the name of the input': { x: { input: flat }, y: labels },
    'xs and ys': { xs: points, ys: sides },
    'a list of examples': points.map((x, i) => ({ x, y: sides[i] ?? 0 })),
    'texts as labels': { x: points, y: names },
    'a list of examples with texts': points.map((x, i) => ({ x, y: names[i] ?? '' })),
    'a tensor of another library': { x: { shape: [24, 2], data: async () => flat }, y: labels },
    probabilities: { x: points, y: sides.map((side) => [1 - side, side]) },
  };
  for (const [form, data] of Object.entries(forms)) t.deepEqual(await weightsAfter(data), wanted, form);
});

test('bytes are numbers, and other dtypes are converted', async (t) => {
  const model = app.sequential({ input: [1, 2, 2], seed: 1 }, ['flatten', { dense: { units: 1 } }]);
  const bytes = Uint8ClampedArray.of(0, 1, 2, 255, 3, 4, 5, 6);
  const wanted = await model.predict(hostTensor(Float32Array.from(bytes), [2, 1, 2, 2]));
  for (const given of [
    bytes,
    Float64Array.from(bytes),
    hostTensor(Int32Array.from(bytes), [2, 2, 2]),
    Uint16Array.from(bytes),
  ])
    t.deepEqual(await model.predict(given), wanted);
  const images = [Uint8Array.of(0, 1, 2, 255), Uint8Array.of(3, 4, 5, 6)];
  t.deepEqual(await model.predict(images), wanted);
});

test('one example or many', async (t) => {
  const { model } = newTrainer();
  const both = await model.predict([
    [1, 2],
    [3, 4],
  ]);
  const one = await model.predict([1, 2]);
  t.deepEqual(
    [both.shape, one.shape],
    [
      [2, 2],
      [1, 2],
    ],
  );
  t.deepEqual([...one.data], [...both.data.subarray(0, 2)]);
  t.deepEqual(await model.predict(app.tensor([1, 2])), one);
  const trainer = newTrainer();
  await trainer.fit({ x: [1, 2], y: 1 }, { epochs: 1, batchSize: 1 });
  t.deepEqual(await trainer.evaluate({ x: [1, 2], y: 1 }), await trainer.evaluate({ x: [[1, 2]], y: [1] }));
  const several = app.model(({ input, layer }) =>
    layer('add', [input([2], { name: 'left' }), input([2], { name: 'right' })]),
  );
  const sum = hostTensor([[4, 6]]);
  t.deepEqual(await several.predict([[[1, 2]], [[3, 4]]]), sum);
  t.deepEqual(await several.predict({ left: [1, 2], right: Int8Array.of(3, 4) }), sum);
});

test('labels that are texts are numbered; the names stay with the model', async (t) => {
  const trainer = newTrainer();
  t.is(trainer.model.classes, undefined);
  await trainer.fit({ x: points, y: names }, { ...plan, epochs: 60, validation: { x: points, y: names } });
  t.deepEqual(trainer.model.classes, ['above', 'below']);
  t.is((await trainer.evaluate({ x: points, y: names }))['accuracy'], 1);
  const seen = await trainer.predictClasses([
    [1, -1],
    [-1, 1],
  ]);
  t.deepEqual(
    seen.map(({ index, name }) => [index, name]),
    [
      [1, 'below'],
      [0, 'above'],
    ],
  );
  t.is(seen[0]?.score, (await trainer.predict([1, -1])).data[1]);

  const { composition, weights } = decodeModel(
    encodeModel({ composition: trainer.model.composition, weights: await trainer.weights() }),
  );
  const loaded = app.build(composition, { weights });
  t.deepEqual((await loaded.predictClasses([1, -1]))[0]?.name, 'below');

  const state = decodeCheckpoint(encodeCheckpoint(await trainer.state()));
  t.deepEqual((await app.restore(state)).model.classes, ['above', 'below']);
  // A trainer that is made anew has not seen labels.
  const fresh = newTrainer();
  await fresh.restore(state);
  t.deepEqual(fresh.model.classes, ['above', 'below']);
});

test('labels that are numbers in texts are in the order of the numbers', async (t) => {
  const model = app.sequential({ input: [1] }, [{ dense: { units: 3 } }]);
  const trainer = app.trainer(model, { loss: 'crossEntropy', optimizer: 'sgd' });
  await trainer.fit({ x: [[1], [2], [3]], y: ['10', '9', '-1'] }, { epochs: 1, batchSize: 3 });
  t.deepEqual(model.classes, ['-1', '9', '10']);
});

test('a single output has two classes', async (t) => {
  const model = app.sequential({ input: [2] }, [{ dense: { units: 1 } }, 'sigmoid']);
  const trainer = app.trainer(model, {
    loss: { binaryCrossEntropy: { scale: 'probabilities' } },
    optimizer: { sgd: { learningRate: 2 } },
  });
  await trainer.fit({ x: points, y: names }, { epochs: 60, batchSize: 8 });
  const seen = await model.predictClasses([
    [1, -1],
    [-1, 1],
  ]);
  t.deepEqual(
    seen.map(({ name }) => name),
    ['below', 'above'],
  );
  t.true((seen[0]?.score ?? 0) > 0.5 && (seen[1]?.score ?? 1) < 0.5);
});

test('streams: iterables of examples or batches, opened anew or read on', async (t) => {
  const wanted = await weightsAfter({ x: points, y: sides });
  const after = async (fit: (trainer: ReturnType<typeof newTrainer>) => Promise<unknown>) => {
    const trainer = newTrainer();
    await fit(trainer);
    return [...(await trainer.weights()).values()].flatMap(({ data }) => [...data]);
  };
  const examples = () => points.map((x, i) => ({ x, y: sides[i] ?? 0 }));
  async function* one() {
    for (const example of examples()) yield example;
  }
  function* pairs() {
    for (const [i, x] of points.entries()) yield [x, sides[i] ?? 0] as const;
  }
  function* batched() {
    for (let at = 0; at < 24; at += 8) yield { xs: points.slice(at, at + 8), ys: sides.slice(at, at + 8) };
  }
  const options = { epochs: 2 };
  t.deepEqual(await after((trainer) => trainer.fit(one, { ...options, batchSize: 8 })), wanted);
  t.deepEqual(await after((trainer) => trainer.fit(pairs, { ...options, batchSize: 8 })), wanted);
  t.deepEqual(await after((trainer) => trainer.fit(batched, options)), wanted);
  t.deepEqual(await after((trainer) => trainer.fit(new Set(examples()), { ...options, batchSize: 8 })), wanted);
  // As a dataset of TensorFlow.js.
  const foreign = { iterator: async () => one() };
  t.deepEqual(await after((trainer) => trainer.fit(foreign, { ...options, batchSize: 8 })), wanted);
  // A generator goes on where the epoch before ended.
  function* endless() {
    for (;;) yield* batched();
  }
  t.deepEqual(await after((trainer) => trainer.fit(endless(), { ...options, stepsPerEpoch: 3 })), wanted);
  const named = newTrainer(app, ['above', 'below']);
  await named.fit(() => points.map((x, i) => ({ x, y: names[i] ?? '' })), { ...options, batchSize: 8 });
  t.deepEqual(
    [...(await named.weights()).values()].flatMap(({ data }) => [...data]),
    wanted,
  );
});

test('an ensemble learns names, too', async (t) => {
  const { model, options } = newTrainer();
  const ensemble = app.ensemble(model, { strategy: { bagging: { members: 2 } }, trainer: options });
  await ensemble.fit({ x: points, y: names }, { epochs: 40, batchSize: 8 });
  t.deepEqual(ensemble.model.classes, ['above', 'below']);
  t.is((await ensemble.predictClasses([1, -1]))[0]?.name, 'below');
  t.true(((await ensemble.evaluate({ x: points, y: names }))['accuracy'] ?? 0) > 0.9);
});

test('what does not fit is named', async (t) => {
  const refuses = async (
    run: (trainer: ReturnType<typeof newTrainer>) => unknown,
    code: ErrorCode,
    pattern: RegExp,
  ) => {
    const error: unknown = await Promise.resolve(run(newTrainer())).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    t.true(isAdjointError(error), String(error));
    if (!isAdjointError(error)) return;
    t.is(error.code, code);
    t.regex(error.message, pattern);
  };
  await refuses(
    (trainer) => trainer.fit({ x: [[1, 2, 3]], y: [0] }, plan),
    'DATA_INVALID',
    /float32 \[3\], but the model takes float32 \[2\]/,
  );
  await refuses((trainer) => trainer.fit({ x: [[1, 2], [3]], y: [0, 1] }, plan), 'SHAPE_MISMATCH', /^fit: .*ragged/);
  await refuses(
    (trainer) => trainer.fit({ x: [['a', 'b']] as never, y: [0] }, plan),
    'DATA_INVALID',
    /^fit: element 0 is the text 'a'/,
  );
  await refuses((trainer) => trainer.fit({ x: points, y: [0, 1] }, plan), 'DATA_INVALID', /hold 2/);
  await refuses(
    (trainer) => trainer.fit({ x: points.slice(0, 3), y: ['a', 'b', 'c'] }, plan),
    'DATA_INVALID',
    /3 different labels \('a', 'b', 'c'\).*3 units/,
  );
  await refuses(
    (trainer) => trainer.evaluate({ x: points, y: names }),
    'DATA_INVALID',
    /does not know its classes yet/,
  );
  await refuses(
    (trainer) => trainer.fit({ x: points, y: names }, { ...plan, validation: { x: [0, 0], y: 'beside' } }),
    'DATA_INVALID',
    /validation: the label of example 0 is 'beside'.*'above', 'below'/,
  );
  await refuses(
    (trainer) => trainer.fit({ x: points, y: [...names.slice(1), 7] as never }, plan),
    'DATA_INVALID',
    /label of example 23 is 7/,
  );
  await refuses((trainer) => trainer.fit([].values(), { epochs: 1 }), 'DATA_INVALID', /stream is empty/);
  await refuses(
    (trainer) => trainer.fit(points.map((x) => ({ x, y: 0 })).values(), { epochs: 1 }),
    'OPTIONS_INVALID',
    /single examples; say batchSize/,
  );
  await refuses(
    (trainer) => trainer.fit(points.map((x) => ({ x, y: 0 })).values(), { epochs: 2, batchSize: 8 }),
    'DATA_INVALID',
    /used up/,
  );
  await refuses((trainer) => trainer.fit(new Set([7]) as never, { epochs: 1 }), 'DATA_INVALID', /neither \{ x, y \}/);
  await refuses((trainer) => trainer.evaluate(new Set([7]) as never), 'DATA_INVALID', /found a stream/);
  await refuses(
    (trainer) => trainer.fit({ x: points, y: names } as never, { epochs: 1 } as never),
    'OPTIONS_INVALID',
    /batchSize/,
  );
});
