import test from 'ava';
import { AdjointError, compose } from '@adjoint/core';
import { loadTorchWeights } from '@adjoint/io';
import { efficientnetB0, resnet, torchNames, vit } from '../src/index.js';
import { createTorchApp, sameLogits, torchFile } from './torch-case.js';

// Logits of torch.json are those of PyTorch; torch.slow.ts has the large networks.
const { torchvision, timm } = torchNames;
const small = { input: [3, 32, 32], classes: 10 } as const;

test('resnet18 of torchvision gives the logits of PyTorch', (t) =>
  sameLogits(t, 'torchvision/resnet18', resnet(small), torchvision.resnet));

test('efficientnet_b0 of timm gives the logits of PyTorch', (t) =>
  sameLogits(t, 'timm/efficientnet_b0', efficientnetB0({ ...small, epsilon: 1e-5 }), timm.efficientnetB0));

test('a vision transformer of torchvision gives the logits of PyTorch', (t) =>
  sameLogits(t, 'torchvision/vit', vit({ ...small, patch: 8, depth: 2, heads: 3, features: 48 }), torchvision.vit));

test('a vision transformer of timm gives the logits of PyTorch', (t) =>
  sameLogits(t, 'timm/vit_tiny', vit({ ...small, size: 'tiny', depth: 2 }), timm.vit));

test('recurrent layers that are called as in PyTorch need no names', (t) =>
  sameLogits(
    t,
    'recurrent',
    compose(({ input, layer }) => {
      const states = layer({ lstm: { units: 4, layers: 2, bidirectional: true }, name: 'lstm' }, input([5, 3]));
      const last = layer({ gru: { units: 3, output: 'last' }, name: 'gru' }, states);
      return layer({ dense: { units: 2 }, name: 'classes' }, last);
    }),
  ));

test('a head of other classes is left out by a filter; what does not fit is listed', async (t) => {
  const app = createTorchApp();
  t.teardown(() => app.close());
  const model = app.build(vit({ ...small, classes: 3, patch: 8, depth: 2, heads: 3, features: 48 }));
  const bytes = torchFile('torchvision/vit');
  const names = torchvision.vit;
  const error = t.throws(() => loadTorchWeights(model, bytes, { names }), { instanceOf: AdjointError });
  t.is(error?.code, 'FILE_INVALID');
  t.regex(error?.message ?? '', /heads\.head\.weight is \[10, 48\], and classes\/weight takes \[3, 48\]/);
  const before = await model.weights();
  const body = ['patches/**', 'classToken/**', 'positions/**', 'block*/**', 'norm/**'];
  loadTorchWeights(model, bytes, { names, on: { names: body } });
  const after = await model.weights();
  t.deepEqual(after.get('classes/weight'), before.get('classes/weight'));
  t.notDeepEqual(after.get('positions/weight'), before.get('positions/weight'));
  const missing = t.throws(() => loadTorchWeights(model, bytes), { instanceOf: AdjointError });
  t.regex(missing?.message ?? '', /patches\.projection\.weight, for patches\/projection\/weight, is missing/);
});
