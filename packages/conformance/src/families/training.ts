import {
  createApp,
  defineBackend,
  definePlugin,
  hostTensor,
  type App,
  type Engine,
  type HostTensor,
  type Model,
} from '@adjoint/core';
import { object } from '@adjoint/core/options';
import { convLayers } from '@adjoint/conv-layers';
import { dataset } from '@adjoint/data';
import { layers } from '@adjoint/layers';
import { losses } from '@adjoint/losses';
import { optimizers } from '@adjoint/optimizers';
import { regularizers } from '@adjoint/regularizers';
import * as v from 'valibot';
import { validate } from '../case-file.js';
import type { FloatType } from '../compare.js';
import { checkInputs, type Family } from '../family.js';
import { networkSchema, type Network } from './hessian-vector.js';

const schema = v.strictObject({
  ...networkSchema.entries,
  optimizer: v.string(),
  options: v.record(v.string(), v.unknown()),
  labelSmoothing: v.number(),
  batchSize: v.number(),
  steps: v.number(),
});

/** A trainer's run over the first rows in their order: the loss before each update, and the weights afterwards. */
export const training: Family = async ({ attributes, inputs, dtype, engine }) => {
  const { network, optimizer, options, labelSmoothing: smoothing, batchSize, steps } = validate(schema, attributes);
  const names = [
    'conv/weight',
    ...(network.batchNorm ? ['norm/gamma', 'norm/beta'] : ['conv/bias']),
    'dense/weight',
    'dense/bias',
  ];
  checkInputs(inputs, ['x', 'labels', ...names]);
  const read = new Map<string, HostTensor>();
  for (const [name, tensor] of Object.entries(inputs)) read.set(name, await tensor.read());
  const app = appOn(engine);
  const [x, labels] = [read.get('x')!, read.get('labels')!];
  const model = modelOf(app, network, x.shape.slice(1), dtype);
  const initial = await model.weights();
  names.forEach((name) => initial.set(name, read.get(name)!));
  model.load(initial);
  const trainer = app.trainer(model, {
    loss: 'crossEntropy',
    optimizer: app.check('optimizer', { [optimizer]: options }),
    regularizers: [{ labelSmoothing: { smoothing } }],
  });
  const found: number[] = [];
  trainer.on('step:end', ({ loss }) => found.push(loss));
  const rows = Int32Array.from({ length: steps * batchSize }, (_, i) => i);
  const data = dataset({ inputs: x, targets: labels });
  const { inputs: first, targets } = await data.batch(rows);
  await trainer.fit(dataset({ inputs: first[0], targets: targets[0]! }), { epochs: 1, batchSize, shuffle: false });
  const after = await model.weights();
  return {
    losses: engine.tensor(hostTensor(found, undefined, dtype)),
    ...Object.fromEntries(names.map((name) => [name, engine.tensor(after.get(name)!)])),
  };
};

/** An app that computes on the backend of an engine. */
function appOn(engine: Engine): App {
  const given = definePlugin({
    name: '@adjoint/conformance/given',
    version: '0.1.0',
    backend: { given: defineBackend({ options: object({}), create: () => engine.backend }) },
  });
  const plugins = [given, layers, convLayers, losses, optimizers, regularizers];
  return createApp({ plugins, backend: 'given' as 'reference' });
}

/** conv 3×3 → batch normalisation → activation → 2×2 pooling → flatten → dense 10. */
function modelOf(
  app: App,
  { filters, padding, batchNorm, activation, pool }: Network,
  input: readonly number[],
  dtype: FloatType,
): Model {
  return app.sequential({ input, dtype }, [
    { conv2d: { filters, kernel: 3, padding, bias: !batchNorm }, name: 'conv' },
    ...(batchNorm ? [{ batchNorm: {}, name: 'norm' } as const] : []),
    activation,
    pool === 'max' ? { maxPool2d: { size: 2 } } : { averagePool2d: { size: 2 } },
    'flatten',
    { dense: { units: 10 }, name: 'dense' },
  ]);
}
