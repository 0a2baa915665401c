import test from 'ava';
import { createApp } from '@adjoint/core';
import { dataFiles } from '../src/node.js';

test('datasets are chosen by name', async (t) => {
  const app = createApp().use(dataFiles);
  const [train, held, digits] = await Promise.all([
    app.dataset('fashionMnist'),
    app.dataset({ fashionMnist: { part: 'test' } }),
    app.dataset('digits'),
  ]);
  t.deepEqual([train.size, held.size, digits.size], [8000, 2000, 1797]);
  t.deepEqual(train.inputs[0]!.shape, [1, 28, 28]);
});

test('an unknown part and a missing directory are named', async (t) => {
  const app = createApp().use(dataFiles);
  // @ts-expect-error there is no such part
  await t.throwsAsync(app.dataset({ fashionMnist: { part: 'validation' } }), { message: /part/ });
  await t.throwsAsync(app.dataset({ idx: { directory: 'nowhere' } }), { message: /nowhere/ });
});
