import test from 'ava';
import { App, hostTensor, type HookContext, type TracedBatch } from '@adjoint/core';
import { contextAt } from '@adjoint/core/testing';
import { regularizers } from '../src/index.js';

test('mixup leaves inputs of whole numbers and masks as they are, and mixes the rest', async (t) => {
  const app = new App({ plugins: [regularizers], backend: 'reference' });
  const hooks = app.registry.create('regularizer', 'mixup');
  const words = Int32Array.of(7, 8, 9, 7);
  const mask = hostTensor([true, false, true, true]);
  const labels = Int32Array.of(0, 1, 1, 0);
  const numbers = Float32Array.of(1, 2, 4, 8);
  const batch: TracedBatch = {
    inputs: [app.tensor(numbers), app.tensor(words), app.tensor(mask)],
    targets: [app.tensor(labels)],
  };
  const context: HookContext = {
    ...contextAt(3),
    value: () => t.fail('no parameter is asked for') as never,
    update() {},
    outputs: [{ shape: [2], dtype: 'float32' }],
    targets: [],
    hiddenLayers: [],
  };
  const mixed = typeof hooks === 'function' ? undefined : hooks.batch?.(batch, context);
  const [x, w, m, y] = await app.engine.evaluate([...mixed!.inputs, ...mixed!.targets]);
  t.deepEqual([...w!.data], [...words]);
  t.deepEqual([...m!.data], [...mask.data]);
  t.notDeepEqual([...x!.data], [...numbers]);
  // Probabilities of the same mixture: Σ over classes is 1, and mixing keeps sums over the batch.
  for (let i = 0; i < 4; i++) t.true(Math.abs(y!.data[2 * i]! + y!.data[2 * i + 1]! - 1) < 1e-6);
  const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, value) => total + value, 0);
  t.true(Math.abs(sum(x!.data) - sum(numbers)) < 1e-5);
  await app.close();
});
