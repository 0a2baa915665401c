import { loadavg } from 'node:os';
import {
  concatenate,
  defineLayer,
  defineLoss,
  definePlugin,
  distributionOf,
  matmul,
  type App,
  type Choice,
  type Model,
} from '@adjoint/core';
import { count, object } from '@adjoint/core/options';
import { digits } from '@adjoint/data/node';
import test from 'ava';
import { createApp } from '../src/index.js';

const members = 5;
const classes = 10;

/** The input once for each member, along the first axis: as groups see it. */
const copies = defineLayer({
  options: object({}),
  create: () => ({
    build:
      () =>
      ([x]) =>
        concatenate(new Array(members).fill(x) as [typeof x], 1),
  }),
});

/** A dense layer of each member on its own part of the features [members · features]. */
const denseApart = defineLayer({
  options: object({ units: count }),
  create: ({ units }, { create }) => ({
    build([{ shape }], scope) {
      const features = Number(shape[0]) / members;
      const initialize = create('initializer', 'glorotUniform' as Choice<'initializer'>);
      const start = { initialize, fanIn: features, fanOut: units, role: 'kernel' as const };
      const weight = scope.parameter('weight', [members, features, units], start);
      const bias = scope.parameter('bias', [members, 1, units], {
        initialize: create('initializer', 'zeros' as never),
        role: 'bias',
      });
      return ([x], context) => {
        const batch = x.shape[0]!;
        const parts = x.reshape([batch, members, features]).transpose([1, 0, 2]);
        const outputs = matmul(parts, context.value(weight)).add(context.value(bias));
        return outputs.transpose([1, 0, 2]).reshape([batch, members * units]);
      };
    },
  }),
});

/** The cross-entropies of all members, added up. */
const sumOfMembers = defineLoss({
  options: object({}),
  create: () => ({
    terms({ output, target }) {
      const logits = output.reshape([output.shape[0]!, members, classes]);
      const wanted = distributionOf(target, classes).expandDims(1);
      return logits.logSoftmax(2).mul(wanted).sum([1, 2]).neg();
    },
  }),
});

const plugin = definePlugin({
  name: '@together/plugin',
  version: '1.0.0',
  layer: { 'together/copies': copies, 'together/dense': denseApart },
  loss: { 'together/sum': sumOfMembers },
});

type Layers = readonly Choice<'layer'>[];

/** The layers of one member, and those of all as groups. */
const sizes: Record<string, readonly [one: Layers, all: Layers]> = Object.fromEntries([
  ...[16, 128, 512].map((units) => [
    `a network of ${units} units`,
    [
      ['flatten', { dense: { units } }, 'relu', { dense: { units: classes } }],
      ['flatten', 'together/copies', { 'together/dense': { units } }, 'relu', { 'together/dense': { units: classes } }],
    ],
  ]),
  ...[8, 32].map((filters) => [
    `a convolution of ${filters} filters`,
    [
      [
        { conv2d: { filters, kernel: 3 } },
        'relu',
        { maxPool2d: { size: 2 } },
        'flatten',
        { dense: { units: classes } },
      ],
      [
        'together/copies',
        { conv2d: { filters: members * filters, kernel: 3, groups: members } },
        'relu',
        { maxPool2d: { size: 2 } },
        'flatten',
        { 'together/dense': { units: classes } },
      ],
    ],
  ]),
]) as never;

/** Five copies of a model side by side in one program, without groups. */
function besides(app: App, layers: Layers): Model {
  const { composition } = app.sequential({ input: [1, 8, 8] }, layers);
  return app.model(({ input, layer }) => {
    const x = input([1, 8, 8]);
    return layer(
      'concatenate',
      Array.from({ length: members }, () => layer({ model: composition }, x)),
    );
  });
}

// Time decides no test: processor time is logged, of one thread. See docs/ensembles.md.
test.serial('five members as one program along the group axis, against one after the other', async (t) => {
  t.timeout(1_800_000);
  const app = createApp({ plugins: [plugin], backend: { wasm: { threads: 1 } } });
  const data = await digits();
  for (const [name, [one, all]] of Object.entries(sizes)) {
    const trainers = {
      'one after the other': Array.from({ length: members }, (_, seed) =>
        app.trainer(app.sequential({ input: [1, 8, 8], seed }, one), { loss: 'crossEntropy', optimizer: 'adam' }),
      ),
      'side by side': [app.trainer(besides(app, one), { loss: 'together/sum' as Choice<'loss'>, optimizer: 'adam' })],
      'as groups': [
        app.trainer(app.sequential({ input: [1, 8, 8] }, all), {
          loss: 'together/sum' as Choice<'loss'>,
          optimizer: 'adam',
        }),
      ],
    };
    const best = new Map<string, number>();
    for (let round = 0; round < 5; round++) {
      for (const [way, own] of Object.entries(trainers)) {
        let spent = 0;
        for (const trainer of own) {
          // The rest of the last batch of an epoch would be another program.
          const fit = (epochs: number) => trainer.fit(data, { epochs, batchSize: 32, dropLast: true });
          if (round === 0) await fit(1);
          const before = process.cpuUsage();
          await fit(2);
          const { user, system } = process.cpuUsage(before);
          spent += (user + system) / 1e3;
        }
        best.set(way, Math.min(best.get(way) ?? Infinity, spent));
      }
    }
    const steps = 2 * Math.floor(data.size / 32);
    const text = [...best].map(([way, spent]) => `${way} ${(spent / steps).toFixed(2)} ms`).join(', ');
    t.log(`${name}, all five members, a step of batch 32: ${text}; load ${loadavg()[0]!.toFixed(1)}`);
    const loss = (await trainers['as groups'][0]!.evaluate(data))['loss']!;
    t.true(loss < members * Math.log(classes), `${name}: ${loss}`);
  }
  await app.close();
});
