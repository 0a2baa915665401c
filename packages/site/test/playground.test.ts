import test, { type ExecutionContext } from 'ava';
import { createApp, hostTensor, type App } from 'adjoint';
import { digits } from '@adjoint/data/node';
import { Lesson } from '../src/playground/lesson.js';
import { composeNetwork, NetworkError, startingNetwork } from '../src/playground/network.js';
import { colour, ink, sheetOf } from '../src/playground/sheet.js';

function ownApp(t: ExecutionContext): App {
  const app = createApp({ backend: { wasm: { threads: 1 } } });
  t.teardown(() => app.close());
  return app;
}

test('a network answers with ten numbers and shows the maps of its convolutions', async (t) => {
  const app = ownApp(t);
  const { composition, outputs } = composeNetwork(app, startingNetwork, 1);
  t.deepEqual(composition.outputs, ['dense', 'conv2d', 'conv2d_2']);
  t.deepEqual(
    outputs.map(({ shape }) => shape),
    [[10], [8, 8, 8], [8, 4, 4]],
  );
  const within =
    '[{ "residual": { "layers": [{ "conv2d": { "filters": 1, "kernel": 3, "padding": "same" } }] } }, "flatten", { "dense": { "units": 10 } }]';
  t.deepEqual(composeNetwork(app, within, 1).composition.outputs, ['dense', 'residual']);
  t.deepEqual(composeNetwork(app, '["flatten", { "dense": { "units": 10 } }]', 1).composition.outputs, ['dense']);
});

test('a network that cannot be is explained', (t) => {
  const app = ownApp(t);
  const message = (text: string): string =>
    t.throws(() => composeNetwork(app, text, 1), { instanceOf: NetworkError })?.message ?? '';
  t.regex(message('["flatten"'), /This is no JSON/);
  t.regex(message('{}'), /list of layers/);
  t.regex(message('["flatten", "relo"]'), /Layer 2: .*'relu'/);
  t.regex(message('[{ "dense": { "unit": 10 } }]'), /Layer 1: .*'units'/);
  t.regex(message('[{ "conv2d": { "filters": 2, "kernel": 9 } }]'), /do not fit: .*conv2d/);
  t.regex(message('["flatten", { "dense": { "units": 5000 } }]'), /'units' is 5000; .* up to 4096/);
  const large =
    '["flatten", { "dense": { "units": 4000 } }, { "dense": { "units": 600 } }, { "dense": { "units": 10 } }]';
  t.regex(message(large), /has 2,666,610 parameters, .* up to 2,000,000/);
  t.regex(message('["flatten"]'), /ends in \[64\] numbers.*"units": 10/);
});

test('filters, activations and their gradients change while a network learns', async (t) => {
  const app = ownApp(t);
  const lesson = await Lesson.of(app, startingNetwork, await digits());
  const before = await lesson.look(3);
  t.deepEqual(
    before.filters.map(({ name, values, gradient }) => [name, values.shape, gradient.shape]),
    [
      ['conv2d/weight', [8, 1, 3, 3], [8, 1, 3, 3]],
      ['conv2d_2/weight', [8, 8, 3, 3], [8, 8, 3, 3]],
    ],
  );
  t.deepEqual(
    before.activations.map(({ name, values, gradient }) => [name, values.shape, gradient.shape]),
    [
      ['conv2d', [8, 8, 8], [8, 8, 8]],
      ['conv2d_2', [8, 4, 4], [8, 4, 4]],
    ],
  );
  await lesson.measure();
  await lesson.advance(5);
  t.is(lesson.step, 5);
  await lesson.advance(60);
  t.is(lesson.step, 65);
  const after = await lesson.look(3);
  for (const part of ['filters', 'activations'] as const)
    after[part].forEach(({ values, gradient }, i) => {
      t.notDeepEqual(values, before[part][i]?.values);
      t.notDeepEqual(gradient, before[part][i]?.gradient);
    });
  await lesson.measure();
  await lesson.measure();
  const { training, test: tested, accuracy } = lesson.curves;
  t.deepEqual(
    training.map(([step]) => step),
    Array.from({ length: 65 }, (_, i) => i + 1),
  );
  t.deepEqual(
    [tested, accuracy].map((curve) => curve.map(([step]) => step)),
    [
      [0, 65],
      [0, 65],
    ],
  );
  t.true(tested[1]![1] < tested[0]![1] && accuracy[1]![1] > accuracy[0]![1] + 0.3, `${accuracy.join(' → ')}`);
  await lesson.close();
});

test('the gradient of a filter is the slope of the loss', async (t) => {
  const app = ownApp(t);
  const lesson = await Lesson.of(app, startingNetwork, await digits());
  const { variable } = lesson.model.parameters[0]!;
  const start = await variable.read();
  const lossAt = async (step: number): Promise<number> => {
    const data = Float32Array.from(start.data, Number);
    data[4]! += step;
    await variable.assign(hostTensor(data, start.shape));
    const indices = Int32Array.from({ length: 64 }, (_, i) => i);
    const { inputs, targets } = await lesson.train.batch(indices);
    const logits = app.tensor((await lesson.model.predictAll(inputs))[0]);
    const all = (await logits.logSoftmax(1).data()) as Float32Array;
    return -Array.from(targets[0]!.data, (label, i) => all[i * 10 + Number(label)]!).reduce((a, b) => a + b) / 64;
  };
  const gradient = Number((await lesson.look(0)).filters[0]?.gradient.data[4]);
  const slope = ((await lossAt(1e-2)) - (await lossAt(-1e-2))) / 2e-2;
  t.true(Math.abs(gradient - slope) < 1e-3 + 0.01 * Math.abs(slope), `${gradient}, not ${slope}`);
});

test('a sheet lays maps beside and below each other, blue below zero and red above', (t) => {
  t.deepEqual(colour(0), [255, 255, 255, 255]);
  t.deepEqual(colour(1), [255, 0, 0, 255]);
  t.deepEqual(colour(-0.5), [128, 128, 255, 255]);
  // Two columns of two rows of 1 × 2 pixels, with a pixel between.
  const { width, height, most, pixels } = sheetOf(hostTensor(Float32Array.of(0, 1, 2, 3, 4, -4, 0, 0), [2, 2, 1, 2]));
  t.deepEqual([width, height, most], [5, 3, 4]);
  const at = (x: number, y: number): number[] => [...pixels.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)];
  t.deepEqual(at(1, 0), colour(1 / 4));
  t.deepEqual(at(1, 2), colour(3 / 4));
  t.deepEqual(at(3, 0), colour(1));
  t.deepEqual(at(4, 0), colour(-1));
  t.deepEqual(at(2, 0), [0, 0, 0, 0]);
  const row = sheetOf(hostTensor(new Float32Array(3 * 4 * 4), [3, 4, 4]));
  t.deepEqual([row.width, row.height, row.pixels[1]], [14, 4, 255]);
  t.deepEqual(ink(0.2), [204, 204, 204, 255]);
  t.deepEqual([...sheetOf(hostTensor(Float32Array.of(0, 4), [1, 1, 2]), ink).pixels], [...ink(0), ...ink(1)]);
  t.throws(() => sheetOf(hostTensor([1, 2])), { code: 'SHAPE_MISMATCH' });
  // More than can be seen are left out.
  t.is(sheetOf(hostTensor(new Float32Array(40), [40, 1, 1])).width, 31);
});
