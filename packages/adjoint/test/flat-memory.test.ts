import test from 'ava';
import { dataset } from '@adjoint/data';
import type { Backend } from '@adjoint/core/backend';
import { createApp } from '../src/index.js';

/** Bytes that a backend has handed out and not got back. */
function watch(backend: Backend): () => number {
  let bytes = 0;
  const { allocate, release } = backend;
  backend.allocate = (size) => {
    bytes += size;
    return allocate.call(backend, size);
  };
  backend.release = (buffer) => {
    bytes -= buffer.bytes;
    release.call(backend, buffer);
  };
  return () => bytes;
}

test('ten thousand steps take no more memory than ten', async (t) => {
  const app = createApp();
  const used = watch(app.engine.backend);
  const size = 16;
  const train = dataset({
    inputs: [{ data: Float32Array.from({ length: size * 16 }, (_, i) => Math.sin(i)), shape: [size, 1, 4, 4] }],
    targets: { data: Int32Array.from({ length: size }, (_, i) => i % 3), shape: [size] },
  });
  const model = app.sequential({ input: [1, 4, 4] }, [
    { conv2d: { filters: 2, kernel: 3 } },
    'batchNorm',
    'relu',
    'flatten',
    { dropout: { rate: 0.2 } },
    { dense: { units: 3 } },
  ]);
  const trainer = app.trainer(model, {
    loss: 'crossEntropy',
    optimizer: 'adam',
    metrics: ['accuracy'],
    regularizers: ['mixup', 'l2'],
  });
  let early = 0;
  trainer.on('step:end', ({ step }) => {
    if (step === 10) early = used();
  });
  await trainer.fit(train, { epochs: 10_000, batchSize: 'full' });
  t.is(trainer.step, 10_000);
  t.true(early > 0);
  t.is(used(), early);
  await app.close();
});

test('a hand-written loop compiles once and keeps nothing', async (t) => {
  const app = createApp();
  const used = watch(app.engine.backend);
  const weight = app.variable([5, -3]);
  const step = async (): Promise<void> => {
    const loss = weight.value.square().sum();
    await weight.assign(weight.value.sub(weight.value.mul(0.1)));
    t.true(Number.isFinite(await loss.item()));
  };
  for (let i = 0; i < 5; i++) await step();
  const early = used();
  for (let i = 0; i < 200; i++) await step();
  t.is(used(), early);
  await app.close();
});
