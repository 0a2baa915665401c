import test from 'ava';
import { wasm } from '@adjoint/backend-wasm';
import { convLayers } from '@adjoint/conv-layers';
import { createApp, RandomSource, type Composition, type Shape } from '@adjoint/core';
import { dataset } from '@adjoint/data';
import { layers } from '@adjoint/layers';
import { losses } from '@adjoint/losses';
import { optimizers } from '@adjoint/optimizers';
import {
  cifarDensenet,
  cifarResnet,
  efficientnetB0,
  lenet5,
  mobilenetV2,
  resnet,
  signalResnet,
  unet,
  vgg,
  vit,
  wideResnet,
} from '../src/index.js';

const classes = 3;

/** One small network of each kind: the whole of it runs, forward and back. */
const small: Record<string, Composition> = {
  'LeNet-5': lenet5({ classes }),
  'ResNet v1': cifarResnet({ depth: 8, classes, input: [3, 8, 8] }),
  'ResNet v2 of bottlenecks': cifarResnet({ depth: 11, version: 2, bottleneck: true, classes, input: [3, 8, 8] }),
  'wide ResNet': wideResnet({ depth: 10, width: 1, dropout: 0.1, classes, input: [3, 8, 8] }),
  'DenseNet-BC': cifarDensenet({ depth: 10, growth: 4, classes, input: [3, 8, 8] }),
  MobileNetV2: mobilenetV2({ width: 0.1, classes, input: [3, 32, 32] }),
  'U-Net': unet({ width: 4, levels: 2, batchNorm: true, input: [1, 8, 12] }),
  'U-Net without padding': unet({ width: 4, levels: 1, padding: 'valid', input: [1, 20, 20] }),
  'ResNet for signals': signalResnet({ classes, width: 4, input: [2, 24] }),
  'vision transformer': vit({ features: 8, heads: 2, depth: 2, patch: 4, classes, input: [1, 8, 8] }),
};

for (const [name, composition] of Object.entries(small)) {
  test(`${name} learns six examples by heart`, async (t) => {
    const app = createApp({ plugins: [wasm, layers, convLayers, losses, optimizers] });
    const model = app.build(composition, { seed: 1 });
    const random = new RandomSource(2);
    const count = 6;
    const inputs = numbers(random, [count, ...fixed(model.inputs[0].shape)]);
    const perClass = model.output.shape.length === 1;
    const targets = perClass
      ? { data: Int32Array.from({ length: count }, (_, i) => i % classes), shape: [count] }
      : numbers(random, [count, ...fixed(model.output.shape)]);
    const trainer = app.trainer(model, {
      loss: perClass ? 'crossEntropy' : 'meanSquaredError',
      optimizer: { adam: { learningRate: 0.01 } },
    });
    const seen: number[] = [];
    trainer.on('epoch:end', ({ metrics }) => void seen.push(metrics['loss']!));
    await trainer.fit(dataset({ inputs, targets }), { epochs: 25, batchSize: count });
    t.true(seen.every(Number.isFinite));
    t.true(seen.at(-1)! < (perClass ? 0.5 : 0.9) * seen[0]!, seen.map((loss) => loss.toFixed(3)).join(' '));
    await app.close();
  });
}

test('the networks for large images take a small one', async (t) => {
  const app = createApp({ plugins: [wasm, layers, convLayers] });
  const compositions = [resnet({ classes, input: [3, 32, 32] }), efficientnetB0({ classes, input: [3, 32, 32] })];
  for (const composition of compositions) {
    const output = await app.build(composition).predict(hostOf(numbers(new RandomSource(1), [1, 3, 32, 32])));
    t.deepEqual(output.shape, [1, classes]);
    t.true(output.data.every(Number.isFinite));
  }
  t.is(vgg({ depth: 11 }).layers.filter(({ name }) => name.startsWith('pool')).length, 5);
  await app.close();
});

function fixed(shape: readonly (number | null)[]): number[] {
  return shape.map((extent) => extent ?? 24);
}

function numbers(random: RandomSource, shape: number[]): { readonly data: Float32Array; readonly shape: number[] } {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return { data: Float32Array.from({ length: size }, () => random.normal()), shape };
}

function hostOf({ data, shape }: { readonly data: Float32Array; readonly shape: Shape }) {
  return { data, shape, dtype: 'float32' as const };
}
