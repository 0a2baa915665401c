import test from 'ava';
import { convLayers } from '@adjoint/conv-layers';
import { createApp, type Composition } from '@adjoint/core';
import { layers } from '@adjoint/layers';
import {
  cifarDensenet,
  cifarResnet,
  densenet,
  efficientnetB0,
  lenet5,
  lstmTagger,
  mobilenetV2,
  resnet,
  signalResnet,
  unet,
  vgg,
  vit,
  wideResnet,
} from '../src/index.js';
import { sizesOf } from './parameter-sizes.js';

const app = createApp({ plugins: [layers, convLayers], backend: 'reference' });
test.after.always(() => app.close());

const published: Record<string, [composition: () => Composition, parameters: number, source: string]> = {
  // Layers of LeCun et al. 1998: C1 156, C5 48,120, F6 10,164; C3 sees all maps (2,416), the last layer is dense (850).
  'LeNet-5': [() => lenet5(), 156 + 2416 + 48_120 + 10_164 + 850, 'LeCun et al. 1998'],
  'VGG-11': [() => vgg({ depth: 11 }), 132_863_336, 'torchvision'],
  'VGG-13': [() => vgg({ depth: 13 }), 133_047_848, 'torchvision'],
  'VGG-16': [() => vgg(), 138_357_544, 'torchvision'],
  'VGG-16 with batch normalisation': [() => vgg({ batchNorm: true }), 138_365_992, 'torchvision'],
  'VGG-19': [() => vgg({ depth: 19 }), 143_667_240, 'torchvision'],
  'ResNet-18': [() => resnet(), 11_689_512, 'torchvision'],
  'ResNet-34': [() => resnet({ depth: 34 }), 21_797_672, 'torchvision'],
  'ResNet-50': [() => resnet({ depth: 50 }), 25_557_032, 'torchvision'],
  'ResNet-101': [() => resnet({ depth: 101 }), 44_549_160, 'torchvision'],
  'ResNet-152': [() => resnet({ depth: 152 }), 60_192_808, 'torchvision'],
  'Wide ResNet-50-2': [() => resnet({ depth: 50, bottleneckWidth: 2 }), 68_883_240, 'torchvision'],
  'ResNet-50 v2': [() => resnet({ depth: 50, version: 2 }), 25_549_352, 'timm, resnetv2_50'],
  'DenseNet-121': [() => densenet(), 7_978_856, 'torchvision'],
  'DenseNet-161': [() => densenet({ depth: 161 }), 28_681_000, 'torchvision'],
  'DenseNet-169': [() => densenet({ depth: 169 }), 14_149_480, 'torchvision'],
  'DenseNet-201': [() => densenet({ depth: 201 }), 20_013_928, 'torchvision'],
  MobileNetV2: [() => mobilenetV2(), 3_504_872, 'torchvision'],
  'EfficientNet-B0': [() => efficientnetB0(), 5_288_548, 'torchvision'],
  'ViT-B/16': [() => vit(), 86_567_656, 'torchvision'],
  'ViT-B/32': [() => vit({ patch: 32 }), 88_224_232, 'torchvision'],
  'ViT-L/16': [() => vit({ size: 'large' }), 304_326_632, 'torchvision'],
  'ViT-L/32': [() => vit({ size: 'large', patch: 32 }), 306_535_400, 'torchvision'],
  'ViT-Ti/16': [() => vit({ size: 'tiny' }), 5_717_416, 'timm, vit_tiny_patch16_224'],
  'ViT-S/16': [() => vit({ size: 'small' }), 22_050_664, 'timm, vit_small_patch16_224'],
  // Embedding 9·6, gates 4·6·(6 + 6 + 2), tags 3·6 + 3.
  'LSTM tagger': [
    () => lstmTagger({ words: 9, tags: 3, features: 6, units: 6, bidirectional: false }),
    54 + 336 + 21,
    'the tutorial of PyTorch on sequence models',
  ],
  'CIFAR ResNet-20': [() => cifarResnet(), 269_722, 'Idelbayev, pytorch_resnet_cifar10'],
  'CIFAR ResNet-32': [() => cifarResnet({ depth: 32 }), 464_154, 'Idelbayev, pytorch_resnet_cifar10'],
  'CIFAR ResNet-110': [() => cifarResnet({ depth: 110 }), 1_727_962, 'Idelbayev, pytorch_resnet_cifar10'],
  'WRN-28-10': [() => wideResnet(), 36_479_194, 'xternalz, WideResNet-pytorch'],
  'WRN-40-2': [() => wideResnet({ depth: 40, width: 2 }), 2_243_546, 'xternalz, WideResNet-pytorch'],
  'DenseNet-BC (100, 12)': [() => cifarDensenet(), 769_162, 'Amos & Kolter 2017, densenet.pytorch'],
  'U-Net with batch normalisation': [
    () => unet({ input: [3, 64, 64], batchNorm: true }),
    31_037_698,
    'milesial, Pytorch-UNet',
  ],
  // 506,818 with the 2,560 running statistics.
  'ResNet for signals': [
    () => signalResnet({ classes: 2, input: [1, 128] }),
    504_258,
    'Ismail Fawaz et al. 2019, dl-4-tsc',
  ],
};

for (const [name, [composition, parameters, source]] of Object.entries(published)) {
  test(`${name} has the ${parameters.toLocaleString('en')} parameters of ${source}`, (t) => {
    t.is(sizesOf(app, composition()).parameters, parameters);
  });
}

/** Millions of parameters, as papers print them. */
const rounded: [name: string, composition: Composition, millions: string][] = [
  ['ResNet-44, He et al. 2016, table 6', cifarResnet({ depth: 44 }), '0.66'],
  ['ResNet-56', cifarResnet({ depth: 56 }), '0.85'],
  ['ResNet-1202', cifarResnet({ depth: 1202 }), '19.4'],
  ['ResNet-164 v2, He et al. 2016b, table 5', cifarResnet({ depth: 164, version: 2, bottleneck: true }), '1.7'],
  ['WRN-40-4, Zagoruyko & Komodakis 2016, table 4', wideResnet({ depth: 40, width: 4 }), '8.9'],
  ['WRN-16-8', wideResnet({ depth: 16, width: 8 }), '11.0'],
  ['DenseNet (40, 12), Huang et al. 2017, table 2', cifarDensenet({ depth: 40, compressed: false }), '1.0'],
  ['DenseNet (100, 24)', cifarDensenet({ depth: 100, growth: 24, compressed: false }), '27.2'],
  ['DenseNet-BC (250, 24)', cifarDensenet({ depth: 250, growth: 24 }), '15.3'],
];

for (const [name, composition, millions] of rounded) {
  test(`${name}: ${millions} million parameters`, (t) => {
    const digits = millions.split('.')[1]!.length;
    t.is((sizesOf(app, composition).parameters / 1e6).toFixed(digits), millions);
  });
}

test('the running statistics of the ResNet for signals are 2,560', (t) => {
  t.is(sizesOf(app, signalResnet({ classes: 2, input: [1, 128] })).states, 2560);
});

test('the U-Net of the paper maps 572 × 572 places to 388 × 388', (t) => {
  t.deepEqual(sizesOf(app, unet({ input: [1, 572, 572], padding: 'valid' })).outputs, [[2, 388, 388]]);
  t.deepEqual(sizesOf(app, unet({ input: [1, 32, 48] })).outputs, [[2, 32, 48]]);
});

test('a count without memory is that of the model', (t) => {
  for (const composition of [lenet5(), signalResnet({ classes: 3, input: [2, null], width: 8 })])
    t.is(sizesOf(app, composition).parameters, app.build(composition).parameterCount);
});

test('a tagger gives the tags of sentences of any length, a vision transformer may read the mean', (t) => {
  const tagger = lstmTagger({ words: 20, tags: 5, units: 3, layers: 2, masked: true });
  t.deepEqual(app.build(tagger).output.shape, [5, null]);
  const small = { features: 8, heads: 2, depth: 1, patch: 4, classes: 3, input: [1, 8, 8] } as const;
  const [token, mean] = [app.build(vit(small)), app.build(vit({ ...small, pool: 'mean' }))];
  t.deepEqual([token.output.shape, mean.output.shape], [[3], [3]]);
  // The learnt row, and its position.
  t.is(token.parameterCount - mean.parameterCount, 8 + 8);
});

test('what no such network has is refused', (t) => {
  const refused = (work: () => unknown, message: RegExp): void =>
    void t.throws(work, { code: 'OPTIONS_INVALID', message });
  refused(() => cifarResnet({ depth: 21 }), /cifarResnet: the depth is 21; it must be 6·n \+ 2, such as 20/);
  refused(() => resnet({ depth: 42 as 50 }), /resnet: the depth is 42; it is one of 18, 34, 50, 101, 152/);
  refused(
    () => vit({ size: 'giant' as 'huge' }),
    /vit: the size is giant; it is one of tiny, small, base, large, huge/,
  );
  refused(() => vit({ input: [3, 100, 100] }), /vit: patches of 16 × 16 do not fill an image/);
  refused(
    () => unet({ input: [1, 100, 100] }),
    /unet: an input \[1, 100, 100\] is 25×25 at a level that must be halved/,
  );
});
