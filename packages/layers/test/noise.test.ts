import test from 'ava';
import { createApp, type Choice } from '@adjoint/core';
import { applyLayer } from '@adjoint/reference-values';
import { layers } from '../src/index.js';

const app = createApp({ plugins: [layers], backend: 'reference' });
const count = 20_000;

/** A pass over ones, or given values, with training on. */
async function drawn(layer: Choice<'layer'>, shape: readonly number[], value = 1): Promise<number[]> {
  const x = app.tensor(new Float64Array(shape.reduce((a, b) => a * b, 1)).fill(value), shape);
  return [...(await applyLayer(app, layer, [x], { training: true }).output.read()).data];
}

function moments(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
}

test('spatialDropout drops whole channels, stochasticDepth whole examples', async (t) => {
  const channels = await drawn({ spatialDropout: { rate: 0.25 } }, [500, 8, 3]);
  const examples = await drawn({ stochasticDepth: { rate: 0.25 } }, [4000, 2, 3]);
  for (const [values, run] of [
    [channels, 3],
    [examples, 6],
  ] as const) {
    const first = values.filter((_, i) => i % run === 0);
    t.true(values.every((value, i) => value === first[Math.floor(i / run)]));
    t.true(values.every((value) => value === 0 || Math.abs(value - 4 / 3) < 1e-6));
    t.true(Math.abs(moments(first).mean - 1) < 5 * Math.sqrt(1 / 3 / 4000));
  }
});

test('gaussian noise and dropout have the mean of their input and the stated variance', async (t) => {
  for (const [layer, variance] of [
    [{ gaussianNoise: { deviation: 0.5 } }, 0.25],
    // x² · rate/(1 − rate), x being 2
    [{ gaussianDropout: { rate: 0.2 } }, 4 * 0.25],
  ] as const) {
    const found = moments(await drawn(layer, [count], 2));
    t.true(Math.abs(found.mean - 2) < 5 * Math.sqrt(variance / count), `mean ${found.mean}`);
    t.true(Math.abs(found.variance - variance) < 5 * variance * Math.sqrt(2 / count), `variance ${found.variance}`);
  }
});

test('alphaDropout keeps mean 0 and variance 1', async (t) => {
  const half = await drawn({ alphaDropout: { rate: 0.3 } }, [count], 1);
  const other = await drawn({ alphaDropout: { rate: 0.3 } }, [count], -1);
  // Of an input that is ±1, mean 0 and variance 1.
  const { mean, variance } = moments([...half, ...other]);
  t.true(Math.abs(mean) < 0.03, `mean ${mean}`);
  t.true(Math.abs(variance - 1) < 0.03, `variance ${variance}`);
});

test('dropConnect thins weights, not outputs, and nothing in evaluation', async (t) => {
  const layer = {
    dropConnect: { layer: { dense: { units: 50, initializer: 'ones', bias: false } }, rate: 0.5 },
  } as const;
  const values = await drawn(layer, [1, 200]);
  // Each output is the sum of 200 weights that are 0 or 2.
  t.true(values.every((value) => value > 0 && value % 2 === 0));
  t.true(Math.abs(moments(values).mean - 200) < 5 * Math.sqrt(200 / 50));
  const x = app.tensor(new Float64Array(4).fill(1), [1, 4]);
  t.deepEqual([...(await applyLayer(app, layer, [x]).output.read()).data], new Array(50).fill(4));
});

test('all of them pass their input on in evaluation', async (t) => {
  const x = app.tensor(Float64Array.of(1, -2, 3), [1, 3]);
  for (const layer of [
    'spatialDropout',
    'stochasticDepth',
    'gaussianNoise',
    'gaussianDropout',
    'alphaDropout',
  ] as const)
    t.deepEqual([...(await applyLayer(app, layer, [x]).output.read()).data], [1, -2, 3]);
});
