import test from 'ava';
import { createApp, type Choice } from '@adjoint/core';
import { hookContext, hooksOf } from '@adjoint/reference-values';
import { regularizers } from '../src/index.js';
import { boxAround } from '../src/batches/boxes.js';
import { cutmixBox } from '../src/index.js';

const app = createApp({ plugins: [regularizers], backend: 'reference' });

/** Ones after a batch hook. */
async function changed(choice: Choice<'regularizer'>, shape: readonly number[]): Promise<Float64Array> {
  const x = app.tensor(new Float64Array(shape.reduce((a, b) => a * b, 1)).fill(1), shape);
  const { inputs } = hooksOf(app, choice).batch!({ inputs: [x], targets: [] }, hookContext(2, 'float64'));
  return (await inputs[0]!.read()).data as Float64Array;
}

test('inputNoise has the stated deviation, and leaves whole numbers alone', async (t) => {
  const values = await changed({ inputNoise: { deviation: 0.5 } }, [100, 200]);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  t.true(Math.abs(mean - 1) < 5 * (0.5 / Math.sqrt(values.length)));
  t.true(Math.abs(variance - 0.25) < 5 * 0.25 * Math.sqrt(2 / values.length));
  const whole = app.tensor(Int32Array.of(1, 2), [2]);
  t.is(hooksOf(app, 'inputNoise').batch!({ inputs: [whole], targets: [] }, hookContext(2, 'float64')).inputs[0], whole);
});

test('weightNoise changes what is meant', async (t) => {
  const value = app.tensor(new Float64Array(4));
  const { parameter } = hooksOf(app, { weightNoise: { deviation: 1, roles: ['kernel'] } });
  const context = hookContext(2, 'float64');
  t.is(parameter!({ name: 'a/bias', role: 'bias', value }, context), value);
  const noisy = [...(await parameter!({ name: 'a/weight', role: 'kernel', value }, context).read()).data];
  t.is(new Set(noisy).size, 4);
});

test('cutout fills a square, cut off at the edges, in each image', async (t) => {
  const values = await changed({ cutout: { length: 4 } }, [50, 1, 10, 10]);
  const holes = Array.from(
    { length: 50 },
    (_, i) => values.slice(i * 100, (i + 1) * 100).filter((v) => v === 0).length,
  );
  t.true(holes.every((area) => area >= 4 && area <= 16));
  t.true(holes.includes(16));
  t.true(new Set(holes).size > 1);
});

test('randomErasing changes a share of the images, by areas within its limits', async (t) => {
  const values = await changed(
    { randomErasing: { probability: 0.5, area: [0.1, 0.2], ratio: [0.5, 2] } },
    [200, 1, 20, 20],
  );
  const holes = Array.from(
    { length: 200 },
    (_, i) => values.slice(i * 400, (i + 1) * 400).filter((v) => v === 0).length,
  );
  const erased = holes.filter((area) => area > 0);
  t.true(Math.abs(erased.length - 100) < 5 * Math.sqrt(50));
  // Sides are rounded to whole pixels.
  t.true(erased.every((area) => area >= 0.07 * 400 && area <= 0.24 * 400));
});

test('boxes are halved by whole division and cut at the edges', (t) => {
  t.deepEqual(boxAround([0, 3], [5, 3], [6, 4]), [0, 2, 2, 4]);
  t.deepEqual(cutmixBox(0.75, [4, 4], [8, 8]), [2, 2, 6, 6]);
  t.deepEqual(cutmixBox(1, [4, 4], [8, 8]), [4, 4, 4, 4]);
});

test('boxes need images', (t) => {
  for (const choice of ['cutout', 'cutmix', 'randomErasing'] as const) {
    const x = app.tensor([[1, 2]]);
    t.throws(() => hooksOf(app, choice).batch!({ inputs: [x], targets: [] }, hookContext(2, 'float64')), {
      code: 'SHAPE_MISMATCH',
      message: /takes images \[channels, rows, columns\]/,
    });
  }
});
