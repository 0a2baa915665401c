import test from 'ava';
import { App, createApp, definePlugin, defineRegularizer, type Choice, type Hooks, type Tensor } from '@adjoint/core';
import { object } from '@adjoint/core/options';
import { dataset } from '@adjoint/data';
import { layers } from '@adjoint/layers';
import { losses } from '@adjoint/losses';
import { optimizers } from '@adjoint/optimizers';
import { hookContext, hooksOf } from '@adjoint/reference-values';
import { regularizers } from '../src/index.js';

const plugins = [layers, losses, optimizers, regularizers];
const bed = () => createApp({ plugins, backend: 'reference' });

const data = dataset({
  inputs: { data: Float32Array.from({ length: 24 }, (_, i) => Math.sin(1 + i)), shape: [8, 3] },
  targets: { data: Int32Array.from({ length: 8 }, (_, i) => i % 3) },
});

/** Losses of the batches of a run of a network with two hidden layers. */
async function lossesOf(activation: 'tanh' | 'none', regularizer?: Choice<'regularizer'>): Promise<number[]> {
  const app = bed();
  const between: Choice<'layer'>[] = activation === 'tanh' ? ['tanh'] : [];
  const model = app.sequential({ input: [3], seed: 1 }, [
    { dense: { units: 4 }, name: 'first' },
    ...between,
    { dense: { units: 5 }, name: 'second' },
    ...between,
    { dense: { units: 3 } },
  ]);
  const trainer = app.trainer(model, {
    loss: 'crossEntropy',
    optimizer: { sgd: { learningRate: 0.1 } },
    regularizers: regularizer ? [regularizer] : [],
    seed: 1,
  });
  const seen: number[] = [];
  trainer.on('step:end', ({ loss }) => void seen.push(loss));
  await trainer.fit(data, { epochs: 4, batchSize: 4 });
  await app.close();
  return seen;
}

const differ = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

test('x, hidden layers and targets are mixed as the formula says, the first two where it is their turn', async (t) => {
  const app = createApp({ plugins: [regularizers], backend: 'reference' });
  const hooks = hooksOf(app, { manifoldMixup: { layers: ['second'] } });
  const values = app.tensor(Float64Array.of(1, 2, 5), [3, 1]);
  const target = app.tensor(Float64Array.of(1, 0, 0, 1, 1, 0), [3, 2]);
  for (const place of [0, 1]) {
    const given = {
      lambda: app.tensor(Float64Array.of(0.75), []),
      permutation: app.tensor(Int32Array.of(1, 2, 0)),
      place: app.tensor(Int32Array.of(place), []),
    };
    const context = { ...hookContext(2, 'float64', given), hiddenLayers: ['first', 'second'] };
    const { inputs, targets } = hooks.batch!({ inputs: [values], targets: [target] }, context);
    const read = async (x: Tensor): Promise<number[]> => [...(await x.read()).data];
    const mixed = [0.75 + 0.25 * 2, 0.75 * 2 + 0.25 * 5, 0.75 * 5 + 0.25];
    t.deepEqual(await read(inputs[0]!), place === 0 ? mixed : [1, 2, 5]);
    t.deepEqual(await read(targets[0]!), [0.75, 0.25, 0.25, 0.75, 1, 0]);
    t.deepEqual(await read(hooks.hidden!([values], 'second', context)[0]), place === 1 ? mixed : [1, 2, 5]);
    t.deepEqual(await read(hooks.hidden!([values], 'first', context)[0]), [1, 2, 5]);
  }
  await app.close();
});

test('a linear network does not see where examples are mixed, another one does', async (t) => {
  // λ and the partners are those of the step: only the place differs. λh(x) + (1 − λ)h(x′) = h(λx + (1 − λ)x′) for affine h.
  const atInputs = await lossesOf('none', { manifoldMixup: { layers: [] } });
  t.true(differ(atInputs, await lossesOf('none', 'manifoldMixup')) < 1e-6);
  t.true(differ(atInputs, await lossesOf('none')) > 1e-2);

  const tanh = await lossesOf('tanh', { manifoldMixup: { layers: [] } });
  t.true(differ(tanh, await lossesOf('tanh', { manifoldMixup: { layers: ['second'] } })) > 1e-4);
});

test('a layer that is not there, and one that gives the output, are refused', async (t) => {
  for (const layer of ['third', 'dense'])
    await t.throwsAsync(lossesOf('tanh', { manifoldMixup: { layers: [layer] } }), {
      code: 'OPTIONS_INVALID',
      message: `manifoldMixup: the model has no hidden layer '${layer}'; it has first, tanh, second, tanh_2.`,
    });
});

/** A run with the hook `hidden` alone. */
async function runWith(app: App, hidden: NonNullable<Hooks['hidden']>): Promise<void> {
  app.use(
    definePlugin({
      name: 'test',
      version: '1.0.0',
      regularizer: {
        'acme/spy': defineRegularizer({ options: object({}), description: 'Looks.', create: () => ({ hidden }) }),
      },
    }),
  );
  const inner = app.sequential({ input: [4] }, [{ dense: { units: 4 } }, 'tanh']).composition;
  const model = app.sequential({ input: [3], seed: 1 }, [
    { dense: { units: 4 }, name: 'first' },
    { model: inner, name: 'inner' },
    { dense: { units: 3 } },
  ]);
  const trainer = app.trainer(model, {
    loss: 'crossEntropy',
    optimizer: 'sgd',
    regularizers: ['acme/spy' as Choice<'regularizer'>],
  });
  await trainer.fit(data, { epochs: 1, batchSize: 8 }).finally(() => app.close());
}

test('the hook sees the hidden layers of the model, not what is inside of them', async (t) => {
  const seen: [string, readonly number[]][] = [];
  await runWith(bed(), (outputs, layer, { hiddenLayers, training }) => {
    t.deepEqual(hiddenLayers, ['first', 'inner']);
    t.true(training);
    seen.push([layer, outputs[0].shape]);
    return outputs;
  });
  t.deepEqual(seen, [
    ['first', [8, 4]],
    ['inner', [8, 4]],
  ]);
});

test('what the hook gives must be of the type of what it was given', async (t) => {
  await t.throwsAsync(
    runWith(bed(), ([x]) => [x.sum(0)]),
    {
      code: 'PLUGIN_INVALID',
      message: /regularizer 'spy', hidden layer 'first', output 0: found .* \[4\]; expected .* \[8, 4\]/,
    },
  );
  await t.throwsAsync(
    runWith(bed(), () => undefined as never),
    { code: 'PLUGIN_INVALID', message: /expected a list of 1/ },
  );
});
