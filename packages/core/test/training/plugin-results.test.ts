import test from 'ava';
import {
  createApp,
  defineEnsemble,
  defineInitializer,
  defineLayer,
  defineLogger,
  defineLoss,
  defineMetric,
  defineOptimizer,
  definePlugin,
  defineRegularizer,
  defineSampler,
  defineSchedule,
  defineDataset,
  defineGradientTransform,
  isAdjointError,
  zerosLike,
  type Kind,
  type Plugin,
  type TrainerOptions,
} from '../../src/index.js';
import { object } from '../../src/registry/options/index.js';
import { points, tinyApp } from '../tiny.js';

// Authors in JavaScript may return anything: the error names the plugin and the place, and comes before a step is done.

type Make = () => unknown;

const define: { readonly [kind: string]: (create: Make) => unknown } = {
  layer: (create) => defineLayer({ options: object({}), create: create as never }),
  initializer: (create) => defineInitializer({ options: object({}), create: create as never }),
  optimizer: (create) => defineOptimizer({ options: object({}), create: create as never }),
  gradientTransform: (create) => defineGradientTransform({ options: object({}), create: create as never }),
  schedule: (create) => defineSchedule({ options: object({}), create: create as never }),
  regularizer: (create) => defineRegularizer({ options: object({}), create: create as never }),
  loss: (create) => defineLoss({ options: object({}), create: create as never }),
  metric: (create) => defineMetric({ options: object({}), create: create as never }),
  logger: (create) => defineLogger({ options: object({}), create: create as never }),
  sampler: (create) => defineSampler({ options: object({}), create: create as never }),
  ensemble: (create) => defineEnsemble({ options: object({}), create: create as never }),
  dataset: (create) => defineDataset({ options: object({}), create: create as never }),
};

function pluginOf(kind: string, create: Make): Plugin {
  const definitions = { [kind]: { 'odd/own': define[kind]!(create) } };
  return definePlugin({ name: '@odd/plugin', version: '1.0.0', ...definitions } as never);
}

const own = 'odd/own' as never;
const optionsFor: { readonly [kind: string]: Partial<TrainerOptions> } = {
  optimizer: { optimizer: own },
  gradientTransform: { gradientTransforms: [own] },
  schedule: { schedule: own },
  regularizer: { regularizers: [own] },
  loss: { loss: own },
  metric: { metrics: [own] },
  logger: { loggers: [own] },
};

/** What becomes of two epochs with the plugin in its place. */
async function use(kind: string, create: Make): Promise<void> {
  const app = tinyApp({ plugins: [pluginOf(kind, create)] });
  if (kind === 'dataset') await app.dataset(own);
  const layer =
    kind === 'layer' ? own : { 'tiny/dense': { units: 1, ...(kind === 'initializer' && { initializer: own }) } };
  const model = app.sequential({ input: [2] }, [layer]);
  const options = { loss: 'tiny/squared', optimizer: 'tiny/momentum', ...optionsFor[kind] } as const;
  if (kind === 'ensemble') {
    await app.ensemble(model, { strategy: own, trainer: options }).fit(points, { epochs: 1, batchSize: 5 });
    return;
  }
  const sampler = kind === 'sampler' ? { sampler: own } : {};
  await app.trainer(model, options).fit(points, { epochs: 2, batchSize: 5, ...sampler });
}

const rule = { init: ({ value }: never) => ({ velocity: zerosLike(value) }) };
const update = (result: (gradient: never, slots: never) => unknown): object => ({ ...rule, update: result });

/** By kind: what a factory makes, and what the error says. */
const cases: readonly [kind: string, create: Make, message: RegExp][] = [
  ...Object.keys(define).flatMap((kind): [string, Make, RegExp][] =>
    kind === 'dataset'
      ? [[kind, () => ({ size: 1 }), /dataset 'odd\/own': it is no dataset/]]
      : [
          [kind, () => undefined, new RegExp(`${kind} '(odd/)?own'.* undefined`)],
          [kind, () => 5, new RegExp(`${kind} '(odd/)?own'.* 5`)],
        ],
  ),
  ['layer', () => ({ biuld: () => 1, build: () => () => 1 }), /'biuld'.*did you mean 'build'/],
  ['layer', () => ({}), /no build/],
  ['layer', () => ({ build: () => 5 }), /layer 'own'.*build returns 5/],
  ['layer', () => ({ build: () => () => 5 }), /layer 'own'.*gives 5; expected a tensor/],
  ['layer', () => ({ build: () => () => [] }), /layer 'own'.*expected a tensor/],
  ['initializer', () => () => new Float32Array(3), /initializer of 'dense\/weight' gives 3 values; .* 2 values/],
  ['initializer', () => () => [1, 2], /initializer of 'dense\/weight'/],
  ['optimizer', () => ({ kind: 'setp' }), /'setp'; expected 'rule', 'step', 'host'/],
  ['optimizer', () => ({ ...rule }), /no update/],
  ['optimizer', () => ({ init: () => 5, update: () => 1 }), /optimizer 'own', init/],
  [
    'optimizer',
    () => ({ init: () => ({ velocity: 5 }), update: () => 1 }),
    /optimizer 'own', init.*'dense\/weight\/velocity'/,
  ],
  ['optimizer', () => update((gradient) => gradient), /update returns no list/],
  [
    'optimizer',
    () => update((gradient) => [gradient, {}]),
    /'dense\/weight\/velocity' that init declares is not returned/,
  ],
  [
    'optimizer',
    () => update((gradient, { velocity }: { velocity: object }) => [gradient, { velocity, velocty: velocity }]),
    /'dense\/weight\/velocty'.*did you mean 'dense\/weight\/velocity'/,
  ],
  [
    'optimizer',
    () => update((gradient: { sum(): object }) => [gradient, { velocity: gradient.sum() }]),
    /slot 'dense\/weight\/velocity': found a tensor float32 \[\]; expected a tensor float32 \[1, 2\]/,
  ],
  [
    'optimizer',
    () =>
      update((gradient: { broadcastTo(shape: number[]): object }, slots) => [gradient.broadcastTo([3, 1, 2]), slots]),
    /optimizer 'own', the new value of 'dense\/weight'.*\[3, 1, 2\]/,
  ],
  ['optimizer', () => ({ kind: 'step', init: () => ({}), step: () => undefined }), /optimizer 'own', the new value/],
  ['optimizer', () => ({ kind: 'step', init: () => ({}), step: () => ({ values: [], slots: {} }) }), /a list of 0/],
  ['optimizer', () => ({ kind: 'host', step: async () => undefined }), /step gives undefined/],
  ['gradientTransform', () => ({ update: () => undefined }), /gradient transform 'own', the gradient/],
  ['gradientTransform', () => ({ update: () => ({ gradients: [1] }) }), /gradient of 'dense\/weight': found 1/],
  [
    'gradientTransform',
    () => ({ init: () => ({ a: 1 }), update: () => 1 }),
    /gradient transform 'own', init, slot 'a'/,
  ],
  ['schedule', () => () => undefined, /schedule 'odd\/own': at step 0 it gives undefined/],
  ['schedule', () => () => NaN, /schedule 'odd\/own': at step 0 it gives NaN/],
  ['regularizer', () => ({ batches: () => 1 }), /regularizer 'own' has 'batches'.*did you mean 'batch'/],
  ['regularizer', () => ({ batch: () => undefined }), /regularizer 'own', batch/],
  ['regularizer', () => ({ batch: () => ({ inputs: [1], targets: [] }) }), /regularizer 'own', batch/],
  ['regularizer', () => ({ parameter: () => 5 }), /regularizer 'own', parameter 'dense\/weight': found 5/],
  ['regularizer', () => ({ penalty: () => 5 }), /regularizer 'own', penalty: found 5/],
  ['regularizer', () => ({ constraint: () => undefined }), /regularizer 'own', constraint of 'dense\/weight'/],
  ['regularizer', () => ({ stop: () => true }), /regularizer 'own', stop: found true/],
  ['regularizer', () => () => ({ penlty: () => 5 }), /did you mean 'penalty'/],
  ['loss', () => ({}), /no terms/],
  ['loss', () => ({ terms: () => 5 }), /loss 'own' gives 5/],
  ['loss', () => ({ terms: () => null }), /loss 'own' gives null/],
  [
    'loss',
    () => ({ terms: ({ output }: { output: { sum(): object } }) => output.sum() }),
    /loss 'own' gives terms \[\]/,
  ],
  ['metric', () => ({ measure: () => 5, finish: () => 1 }), /metric 'own', measure: found 5/],
  ['metric', () => ({ measure: () => ({ sum: 'x' }), finish: () => 1 }), /metric 'own', measure, part 'sum'/],
  ['metric', () => ({ measure: () => ({ sum: 1 }), finish: () => 'x' }), /metric 'own', finish: found 'x'/],
  ['logger', () => ({ attach: () => 5 }), /attach returns 5/],
  ['sampler', () => ({ batches: () => 5 }), /sampler: batches gives 5/],
  ['sampler', () => ({ batches: () => [[0, 1]] }), /Int32Array/],
  ['sampler', () => ({ batches: () => [Int32Array.of(99)] }), /no example 99/],
  ['ensemble', () => ({ fit: async () => undefined }), /the strategy gives undefined/],
  ['ensemble', () => ({ fit: async () => ({ members: [1], combine: 'tiny/add' }) }), /a member is 1/],
];

for (const [i, [kind, create, message]] of cases.entries()) {
  test(`${kind} ${i}: what a plugin gives is refused: ${String(create).replace(/\s+/g, ' ').slice(0, 70)}`, async (t) => {
    const error = await use(kind, create).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    t.true(isAdjointError(error) && error.code !== 'INTERNAL', String((error as Error | undefined)?.stack));
    t.regex((error as Error).message, message);
  });
}

test('every kind that can be made here has its cases', (t) => {
  const kinds = new Set(cases.map(([kind]) => kind));
  const known: readonly Kind[] = ['layer', 'initializer', 'optimizer', 'gradientTransform', 'schedule', 'regularizer'];
  const others: readonly Kind[] = ['loss', 'metric', 'logger', 'sampler', 'ensemble', 'dataset'];
  t.deepEqual([...kinds].sort(), [...known, ...others].sort());
});

test('a plugin that is none, and one whose parts are none, are refused', (t) => {
  for (const odd of [null, undefined, 5, 'x', {}, { name: '@odd/plugin', version: '1.0.0' }])
    t.throws(() => createApp().use(odd as never), { code: 'PLUGIN_INVALID' });
  const parts = { name: '@odd/plugin', version: '1.0.0' };
  for (const odd of [{ setup: 5 }, { layer: 5 }, { requires: 'x' }, { events: [1] }, { version: 5 }, { name: 5 }])
    t.throws(() => definePlugin({ ...parts, ...odd } as never), { code: 'PLUGIN_INVALID' });
  const app = createApp({ backend: 'reference' });
  t.throws(() => app.registry.create('service' as never, 'engine' as never), { code: 'EXTENSION_UNKNOWN' });
});
