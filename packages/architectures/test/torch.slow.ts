import test from 'ava';
import type { Composition } from '@adjoint/core';
import type { TorchNames } from '@adjoint/io';
import { densenet, efficientnetB0, mobilenetV2, resnet, torchNames, vgg } from '../src/index.js';
import { sameLogits } from './torch-case.js';

const { torchvision, timm } = torchNames;
const small = { input: [3, 32, 32], classes: 10 } as const;

const cases: readonly (readonly [name: string, composition: () => Composition, names: TorchNames])[] = [
  ['torchvision/resnet50', () => resnet({ ...small, depth: 50 }), torchvision.resnet],
  ['torchvision/vgg11', () => vgg({ ...small, depth: 11 }), torchvision.vgg],
  ['torchvision/vgg13_bn', () => vgg({ ...small, depth: 13, batchNorm: true }), torchvision.vgg],
  ['torchvision/mobilenet_v2', () => mobilenetV2(small), torchvision.mobilenetV2],
  ['torchvision/efficientnet_b0', () => efficientnetB0({ ...small, epsilon: 1e-5 }), torchvision.efficientnetB0],
  ['torchvision/densenet121', () => densenet(small), torchvision.densenet],
  ['timm/resnet34', () => resnet({ ...small, depth: 34 }), timm.resnet],
  ['timm/resnetv2_50', () => resnet({ ...small, depth: 50, version: 2 }), timm.resnetV2],
  ['timm/mobilenetv2_100', () => mobilenetV2(small), timm.mobilenetV2],
  ['timm/densenet121', () => densenet(small), timm.densenet],
];

for (const [name, composition, names] of cases)
  test.serial(`${name} gives the logits of PyTorch`, (t) => sameLogits(t, name, composition(), names));
