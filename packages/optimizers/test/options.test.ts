import test from 'ava';
import { createApp, defineLoss, definePlugin, type Kind } from '@adjoint/core';
import { object } from '@adjoint/core/options';
import { layers } from '@adjoint/layers';
import { optimizers } from '../src/index.js';

// Options that could only give NaN or nothing later are refused when they are made, in words that name them.

const bed = definePlugin({
  name: '@test/bed',
  version: '1.0.0',
  loss: { 'test/output': defineLoss({ options: object({}), create: () => ({ terms: ({ output }) => output }) }) },
});

const refused: readonly (readonly [kind: Kind, choice: object, option: RegExp])[] = [
  ['optimizer', { sgd: { learningRate: -0.1 } }, /'learningRate' is -0\.1/],
  ['optimizer', { sgd: { learningRate: NaN } }, /'learningRate' is NaN/],
  ['optimizer', { sgd: { weightDecay: -1 } }, /'weightDecay'/],
  ['optimizer', { momentum: { momentum: 1 } }, /'momentum' is 1/],
  ['optimizer', { momentum: { dampening: 1.5 } }, /'dampening'/],
  ['optimizer', { momentum: { nesterov: true, dampening: 0.5 } }, /nesterov .* dampening/],
  ['optimizer', { momentum: { form: 'torch' } }, /'form' is 'torch'/],
  ['optimizer', { adam: { beta1: 1 } }, /'beta1' is 1; expected number ≥ 0, below 1/],
  ['optimizer', { adam: { beta2: 1 } }, /'beta2'/],
  ['optimizer', { adam: { epsilon: 0 } }, /'epsilon'/],
  ['optimizer', { rmsprop: { decay: 1 } }, /'decay'/],
  ['optimizer', { adadelta: { epsilon: -1 } }, /'epsilon'/],
  ['optimizer', { rprop: { etaMinus: 1 } }, /'etaMinus'/],
  ['optimizer', { rprop: { etaPlus: 1 } }, /'etaPlus'/],
  ['optimizer', { rprop: { minStep: 2, maxStep: 1 } }, /minStep 2 is above maxStep 1/],
  ['optimizer', { asgd: { start: -1 } }, /'start'/],
  ['optimizer', { lookahead: { every: 0 } }, /'every'/],
  ['optimizer', { lookahead: { alpha: 2 } }, /'alpha'/],
  ['optimizer', { lookahead: { base: 'lbfgs' } }, /host .* cannot be part of another/],
  ['optimizer', { lookahead: { base: { adam: { beta1: 2 } } } }, /'beta1'/],
  ['optimizer', { muon: { iterations: 0 } }, /'iterations'/],
  ['optimizer', { scheduleFreeSgd: { beta: 0 } }, /'beta'/],
  ['optimizer', { prodigy: { initial: 0 } }, /'initial'/],
  ['optimizer', { lbfgs: { historySize: 0 } }, /'historySize'/],
  ['optimizer', { lbfgs: { decrease: 0.9 } }, /'decrease'/],
  ['optimizer', { lbfgs: { decrease: 0.3, curvature: 0.2 } }, /curvature/],
  ['optimizer', { sam: { rho: 0 } }, /'rho'/],
  ['gradientTransform', { clipGlobalNorm: { max: 0 } }, /'max'/],
  ['gradientTransform', { clipNorm: { p: 0.5 } }, /'p'/],
  ['gradientTransform', { clipValue: { max: -1 } }, /'max'/],
  ['gradientTransform', { gradientNoise: { variance: -1 } }, /'variance'/],
  ['regularizer', { ema: { decay: 1 } }, /'decay'/],
  ['regularizer', { swa: { every: 0 } }, /'every'/],
  ['schedule', { step: { every: 0 } }, /'every'/],
  ['schedule', { step: {} }, /'every' is missing/],
  ['schedule', { exponential: { factor: 1.1 } }, /'factor'/],
  ['schedule', { cosine: { floor: 2 } }, /'floor'/],
  ['schedule', { cosine: { warmup: -1 } }, /'warmup'/],
  ['schedule', { oneCycle: { startDivisor: 0 } }, /'startDivisor'/],
  ['schedule', { sequence: { parts: [] } }, /'parts'/],
  ['schedule', { sequence: { parts: [{ schedule: 'cosine' }, { schedule: 'linear' }] } }, /'parts'/],
  ['schedule', { rangeTest: { from: 1, to: 0.1 } }, /larger last rate/],
];

for (const [kind, choice, option] of refused) {
  test(`refused: ${kind} ${JSON.stringify(choice)}`, (t) => {
    const { registry } = createApp({ plugins: [optimizers] });
    const error = t.throws(() => registry.create(kind, registry.check(kind, choice)), { code: 'OPTIONS_INVALID' });
    t.regex(error.message, option);
  });
}

test('a gradient transform beside an optimizer that the host drives is refused when the trainer is made', async (t) => {
  const app = createApp({ plugins: [optimizers, layers, bed], backend: 'reference' });
  const model = app.sequential({ input: [2] }, [{ dense: { units: 1 } }]);
  const options = { loss: 'test/output' as never, optimizer: 'lbfgs', gradientTransforms: ['clipGlobalNorm'] } as const;
  const error = t.throws(() => app.trainer(model, options), { code: 'OPTIONS_INVALID' });
  t.regex(error.message, /clipGlobalNorm does not act/);
  await app.close();
});
