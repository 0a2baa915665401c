import test from 'ava';
import { dataset, oneHot, parseCsv, readIdx, split, transform } from '@adjoint/data';
import { dataFiles } from '@adjoint/data/node';
import { decodeCheckpoint, decodeModel, decodeSafetensors } from '@adjoint/io';
import { fileLoggers } from '@adjoint/loggers/node';
import {
  batches,
  batchSource,
  createApp,
  createTrainingEvents,
  gradCheck,
  isAdjointError,
  jobOf,
  Loader,
  openData,
  printGraph,
  runJob,
  view,
  type Job,
} from '../src/index.js';

// JavaScript callers may write anything; every object of options is tried with keys and values that it does not have.

const app = createApp({ backend: 'reference' });
const numbers = { data: Float32Array.of(1, 2, 3, 4), shape: [4, 1] };
const data = dataset({ inputs: numbers, targets: numbers });
const model = app.sequential({ input: [1] }, [{ dense: { units: 1 } }]);
const parts = { loss: 'meanSquaredError', optimizer: 'sgd' } as const;
const trainer = app.trainer(model, parts);
const job: Job = {
  composition: model.composition,
  seed: 0,
  trainer: parts,
  fit: { epochs: 1, batchSize: 2 },
  train: { data },
};
const stream = batchSource(data, { batchSize: 2 });

/** An entry point with options that it takes, and a key of theirs misspelt. */
interface Entry {
  readonly options: object;
  readonly misspelt: readonly [wrong: string, right: string];
  call(options: never): unknown;
}

const entries: { readonly [name: string]: Entry } = {
  createApp: { options: {}, misspelt: ['plugin', 'plugins'], call: (o) => createApp(o) },
  'app.sequential': {
    options: { input: [1] },
    misspelt: ['sed', 'seed'],
    call: (o) => app.sequential(o, [{ dense: { units: 1 } }]),
  },
  'app.model': {
    options: {},
    misspelt: ['dtyp', 'dtype'],
    call: (o) => app.model(({ input, layer }) => layer('relu', input([1])), o),
  },
  'composer.input': {
    options: {},
    misspelt: ['nam', 'name'],
    call: (o) => app.model(({ input, layer }) => layer('relu', input([1], o))),
  },
  'composer.use': {
    options: {},
    misspelt: ['nme', 'name'],
    call: (o) =>
      app.model(({ input, layer, use }) => {
        const x = input([1]);
        return use(layer('relu', x), x, o);
      }),
  },
  'app.build': { options: {}, misspelt: ['sead', 'seed'], call: (o) => app.build(model.composition, o) },
  'app.build, composition': { options: model.composition, misspelt: ['layer', 'layers'], call: (o) => app.build(o) },
  'app.variable': { options: {}, misspelt: ['nam', 'name'], call: (o) => app.variable(1, o) },
  'app.trainer': { options: parts, misspelt: ['metric', 'metrics'], call: (o) => app.trainer(model, o) },
  'app.trainer, a loss': {
    options: { loss: 'meanSquaredError' },
    misspelt: ['wieght', 'weight'],
    call: (o) => app.trainer(model, { ...parts, loss: [o] }),
  },
  'app.trainer, an optimizer': {
    options: { use: 'sgd' },
    misspelt: ['onn', 'on'],
    call: (o) => app.trainer(model, { ...parts, optimizer: [o] }),
  },
  'app.trainer, a filter': {
    options: {},
    misspelt: ['name', 'names'],
    call: (o) => app.trainer(model, { ...parts, optimizer: [{ on: o, use: 'sgd' }] }),
  },
  'app.trainer, a metric': {
    options: { metric: 'accuracy' },
    misspelt: ['outputs', 'output'],
    call: (o) => app.trainer(model, { ...parts, metrics: [o] }),
  },
  'app.ensemble': {
    options: { strategy: 'softVoting', trainer: parts },
    misspelt: ['stategy', 'strategy'],
    call: (o) => app.ensemble(model, o),
  },
  'app.ensemble, trainer': {
    options: parts,
    misspelt: ['metric', 'metrics'],
    call: (o) => app.ensemble(model, { strategy: 'softVoting', trainer: o }),
  },
  'ensemble.fit': {
    options: { epochs: 1, batchSize: 2 },
    misspelt: ['batchsize', 'batchSize'],
    call: (o) => app.ensemble(model, { strategy: { softVoting: { members: 1 } }, trainer: parts }).fit(data, o),
  },
  'app.run': { options: {}, misspelt: ['onprogress', 'onProgress'], call: (o) => first(app.run([], o)) },
  runJob: { options: job, misspelt: ['modelSed', 'modelSeed'], call: (o) => runJob(app.engine, app.registry, o) },
  'runJob, options': {
    options: {},
    misspelt: ['ontrainer', 'onTrainer'],
    call: (o) => runJob(app.engine, app.registry, job, o),
  },
  'runJob, fit': {
    options: job.fit,
    misspelt: ['epoch', 'epochs'],
    call: (o) => runJob(app.engine, app.registry, { ...job, fit: o }),
  },
  openData: { options: { data }, misspelt: ['indexes', 'indices'], call: (o) => openData(app.registry, o) },
  'app.restore': {
    options: {},
    misspelt: ['sorce', 'source'],
    call: async (o) => app.restore(await trainer.state(), o),
  },
  'trainer.fit': {
    options: { epochs: 1, batchSize: 2 },
    misspelt: ['validationn', 'validation'],
    call: (o) => app.trainer(model, parts).fit(data, o),
  },
  'trainer.fit, stream': {
    options: { epochs: 1 },
    misspelt: ['stepPerEpoch', 'stepsPerEpoch'],
    call: (o) => app.trainer(model, parts).fit(stream, o),
  },
  'trainer.evaluate': { options: {}, misspelt: ['batchsize', 'batchSize'], call: (o) => trainer.evaluate(data, o) },
  'trainer.figures': { options: {}, misspelt: ['batchsize', 'batchSize'], call: (o) => trainer.figures(data, o) },
  'trainer.predict': { options: {}, misspelt: ['batch', 'batchSize'], call: (o) => trainer.predict([[1]], o) },
  'trainer.export': { options: {}, misspelt: ['recalibrat', 'recalibrate'], call: (o) => trainer.export(o) },
  'trainer.restore': {
    options: {},
    misspelt: ['sorce', 'source'],
    call: async (o) => trainer.restore(await trainer.state(), o),
  },
  'trainer.profile': {
    options: {},
    misspelt: ['step', 'steps'],
    call: (o) =>
      createApp()
        .trainer(createApp().build(model.composition), parts)
        .profile(data.batch(Int32Array.of(0)), o),
  },
  'model.predict': { options: {}, misspelt: ['drow', 'draw'], call: (o) => model.predict([[1]], o) },
  'model.load': {
    options: {},
    misspelt: ['int', 'into'],
    call: async (o) => model.load(await model.weights(), o),
  },
  Loader: { options: { batchSize: 1 }, misspelt: ['suffle', 'shuffle'], call: (o) => new Loader(data, o) },
  batches: { options: { batchSize: 1 }, misspelt: ['droplast', 'dropLast'], call: (o) => [...batches(data, o)] },
  batchSource: { options: { batchSize: 1 }, misspelt: ['samplr', 'sampler'], call: (o) => batchSource(data, o) },
  view: { options: {}, misspelt: ['weight', 'weights'], call: (o) => view(data, o) },
  printGraph: { options: {}, misspelt: ['fromat', 'format'], call: (o) => printGraph([app.tensor(1)], o) },
  gradCheck: { options: {}, misspelt: ['stp', 'step'], call: (o) => gradCheck((x) => x, [1], o) },
  createTrainingEvents: {
    options: {},
    misspelt: ['onHandlerErrors', 'onHandlerError'],
    call: (o) => createTrainingEvents(o),
  },
  dataset: { options: { inputs: numbers }, misspelt: ['target', 'targets'], call: (o) => dataset(o) },
  'dataset, an array': { options: numbers, misspelt: ['shap', 'shape'], call: (o) => dataset({ inputs: o }) },
  split: { options: { seed: 1 }, misspelt: ['stratfy', 'stratify'], call: (o) => split(data, [2, 2], o) },
  transform: { options: {}, misspelt: ['input', 'inputs'], call: (o) => transform(data, o) },
  parseCsv: {
    options: { target: 'b', task: 'regression' },
    misspelt: ['headr', 'header'],
    call: (o) => parseCsv('a,b\n1,2\n', o),
  },
  readIdx: {
    options: {},
    misspelt: ['sorce', 'source'],
    call: (o) => readIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 0), o),
  },
  decodeModel: { options: {}, misspelt: ['sorce', 'source'], call: (o) => decodeModel(new Uint8Array(), o) },
  decodeCheckpoint: { options: {}, misspelt: ['sorce', 'source'], call: (o) => decodeCheckpoint(new Uint8Array(), o) },
  decodeSafetensors: {
    options: {},
    misspelt: ['sorce', 'source'],
    call: (o) => decodeSafetensors(new Uint8Array(), o),
  },
};

async function first(results: AsyncIterable<unknown>): Promise<unknown> {
  for await (const result of results) return result;
  return undefined;
}

/** The error that a call ends with, whether it throws or rejects. */
async function errorOf(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  return undefined;
}

const isSentence = (error: unknown, code?: string): boolean =>
  isAdjointError(error) && error.code !== 'INTERNAL' && (code === undefined || error.code === code);

for (const [name, { options, misspelt, call }] of Object.entries(entries)) {
  test(`${name}: a misspelt option is refused, with the right one`, async (t) => {
    const [wrong, right] = misspelt;
    const error = await errorOf(() => call({ ...options, [wrong]: 'x' } as never));
    t.true(isSentence(error, 'OPTIONS_INVALID'), String(error));
    const { message } = error as Error;
    t.true(message.includes(wrong) && message.includes(right), message);
    t.regex(message, new RegExp(`did you mean '([^']*[.])?${right}'`));
  });

  test(`${name}: options that are none, and values of another kind, are refused in words`, async (t) => {
    for (const odd of [null, 5, 'text', true, () => 1]) {
      const error = await errorOf(() => call(odd as never));
      t.true(isSentence(error), `${String(odd)}: ${String(error)}`);
    }
    for (const key of [...Object.keys(options), misspelt[1]])
      for (const odd of [null, -1, 1.5, NaN, Symbol('odd'), 10n, {}, { nosuch: 1 }, [null], [[]], () => 1]) {
        const error = await errorOf(() => call({ ...options, [key]: odd } as never));
        t.true(error === undefined || isSentence(error), `${key} ${String(odd)}: ${String((error as Error)?.stack)}`);
      }
  });
}

const everything = createApp({ plugins: [dataFiles, fileLoggers], backend: 'reference' });

/** What fits no type and no range of a number, a text, a list or a choice. */
const odd = [NaN, Infinity, -Infinity, null, {}, [null], [[[]]], () => 1, Symbol('odd'), 10n];

test('every option of every plugin refuses what is not of its type and range, and names it', (t) => {
  const failures: string[] = [];
  for (const { kind, name, options = [], examples = [] } of everything.describe().extensions) {
    const example = Object(examples[0]?.options) as object;
    for (const { name: option, type, range } of options) {
      for (const value of odd) {
        // Any object is some choice, and functions may be options of layers of one's own.
        if (typeof value === 'object' && value !== null && /\{ name: options \}/.test(type)) continue;
        if (value === null && /null/.test(type)) continue;
        if (typeof value === 'number' && Number.isFinite(value) && /number/.test(type) && range === undefined) continue;
        try {
          everything.check(kind as never, { [name]: { ...example, [option]: value } });
          failures.push(`${kind} '${name}' takes ${String(value)} as ${option} (${type} ${range ?? ''})`);
        } catch (error) {
          const names = isSentence(error, 'OPTIONS_INVALID') && (error as Error).message.includes(option);
          if (!names) failures.push(`${kind} '${name}', ${option}: ${String(error)}`);
        }
      }
    }
  }
  t.deepEqual(failures, []);
});

test('decays below 1 and steps from 0 on', (t) => {
  const wrong = [
    ['optimizer', { adam: { beta1: 1 } }],
    ['optimizer', { adam: { beta2: 1 } }],
    ['optimizer', { sgd: { learningRate: -1 } }],
    ['optimizer', { sgd: { learningRate: { base: -1, schedule: 'cosine' } } }],
    ['schedule', { cosine: { warmup: -5 } }],
    ['sampler', { balanced: { target: -1 } }],
  ] as const;
  for (const [kind, choice] of wrong) t.throws(() => app.check(kind, choice), { code: 'OPTIONS_INVALID' });
});

test('names that match nothing are refused with the nearest', async (t) => {
  const of = (options: object): unknown => app.trainer(model, { ...parts, ...options });
  const cases: [() => unknown, RegExp][] = [
    [() => of({ optimizer: [{ on: { names: ['dens/**'] }, use: 'sgd' }, { use: 'frozen' }] }), /dens\/\*\*/],
    [() => of({ optimizer: [{ on: { roles: ['kernl'] }, use: 'sgd' }, { use: 'frozen' }] }), /did you mean 'kernel'/],
    [
      () => app.trainer(model, { ...parts, regularizers: [{ l2: { roles: ['biass'] } }] }).fit(data, job.fit),
      /did you mean 'bias'/,
    ],
    [() => of({ regularizers: [{ earlyStopping: { metric: 'los' } }] }), /did you mean 'loss'/],
    [() => of({ metrics: ['f1'], regularizers: [{ earlyStopping: { metric: 'f2' } }] }), /did you mean 'f1'/],
    [() => of({ optimizer: 'adm' }), /did you mean 'adam'/],
    [() => trainer.on('epochEnd' as never, () => 1), /did you mean 'epoch:end'/],
    [async () => model.load(await model.weights(), { on: { names: ['x'] } }), /no parameter is called 'x'/],
    [async () => model.load(await model.weights(), { into: 'densse' }), /did you mean 'dense'/],
    [() => createApp({ backend: 'native' as never }).engine, /@adjoint\/backend-native/],
    [() => of({ loggers: ['jsonl'] }), /@adjoint\/loggers\/node/],
    [() => jobOf({} as never), /no job/],
    [() => model.predict('text' as never), /^predict: the examples/],
    [() => app.sequential({} as never, []), /option 'input' is missing/],
    [() => parseCsv('a,b\n1,x\n', { target: 'b', task: 'classification', categories: { c: ['x'] } }), /no column "c"/],
    [() => oneHot(0), /number of classes/],
  ];
  for (const [call, message] of cases) {
    const error = await errorOf(call);
    t.true(isSentence(error), String(error));
    t.regex((error as Error).message, message);
  }
});

test('a figure that turns out not to exist is refused after the first epoch', async (t) => {
  // The validation has no penalty, which the training has.
  const penalised = app.trainer(model, {
    ...parts,
    regularizers: ['l2', { earlyStopping: { metric: 'penalty', patience: 1 } }],
  });
  await t.throwsAsync(penalised.fit(data, { epochs: 5, batchSize: 2, validation: data }), {
    code: 'OPTIONS_INVALID',
    message: /no figure 'penalty'/,
  });
  t.is(penalised.epoch, 1);
});
