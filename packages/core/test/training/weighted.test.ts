import test, { type ExecutionContext } from 'ava';
import {
  defineLoss,
  defineMetric,
  defineOptimizer,
  definePlugin,
  defineRegularizer,
  hostTensor,
  matmul,
  metric,
  type Batch,
  type Dataset,
  type FitOptions,
  type HostTensor,
  type NamesOf,
  type Trainer,
  type TrainerOptions,
} from '../../src/index.js';
import { number, object, optional } from '../../src/registry/options/index.js';
import { Totals } from '../../src/training/totals.js';
import { tinyApp } from '../tiny.js';

// Weights of examples, terms with weights of their own, targets of every kind: what a batch and a loss may be.

/** Squared differences; a target of −1 does not count. */
const masked = defineLoss({
  options: object({}),
  create: () => ({
    terms({ output, target }) {
      const counts = target.notEqual(-1).cast('float32');
      return { losses: output.sub(target).square(), weights: counts };
    },
  }),
});

/** Binary cross-entropy of one logit with int32 labels: log(1 + eᶻ) − t·z. */
const binary = defineLoss({
  options: object({}),
  create: () => ({
    terms: ({ output: z, target }) =>
      z
        .exp()
        .add(1)
        .log()
        .sub(z.mul(target.cast('float32').reshape(z.shape))),
  }),
});

/** Poisson's negative log-likelihood of counts: eᶻ − t·z. */
const poisson = defineLoss({
  options: object({}),
  create: () => ({ terms: ({ output: z, target }) => z.exp().sub(z.mul(target.cast('float32').reshape(z.shape))) }),
});

/** Without labels: the squared difference of output and input. */
const reconstruction = defineLoss({
  options: object({}),
  create: () => ({ terms: ({ output, inputs: [input] }) => output.sub(input).square() }),
});

/** Pairs of the batch with one identity are to have like outputs: Σ_j (yᵢ − yⱼ)²·[idᵢ = idⱼ]. */
const sameIdentity = defineLoss({
  options: object({}),
  create: () => ({
    terms({ output, target }) {
      const [n = 0] = output.shape;
      const distance = output
        .reshape([n, 1])
        .sub(output.reshape([1, n]))
        .square();
      return distance
        .mul(
          target
            .reshape([n, 1])
            .equal(target.reshape([1, n]))
            .cast('float32'),
        )
        .sum(1);
    },
  }),
});

/** Area under the receiver operating characteristic, as the share of pairs in order: exact over a pass. */
const areaUnderCurve = defineMetric({
  options: object({}),
  create: () =>
    metric({
      measure: ({ output, target }) => ({ score: output.reshape([-1]), truth: target }),
      merge: 'concatenate',
      finish({ score, truth }) {
        const of = (label: number): number[] => [...score.data].filter((_, i) => truth.data[i] === label);
        const [positive, negative] = [of(1), of(0)];
        const wins = positive.flatMap((p) => negative.map((q) => Number(p > q) + Number(p === q) / 2));
        return wins.reduce((sum, win) => sum + win, 0) / wins.length;
      },
    }),
});

/** The largest output of a pass, and the table of outputs summed by class. */
const extremes = defineMetric({
  options: object({}),
  create: () =>
    metric({
      measure: ({ output, target }) => ({
        most: output.max(),
        least: output.min(),
        table: matmul(target.cast('float32').reshape([1, -1]), output),
      }),
      merge: { most: 'max', least: 'min' },
      finish: ({ most, least, table }) => ({ range: most.data[0]! - least.data[0]!, table }),
    }),
});

/** Keeps parameters as they are. */
const still = defineOptimizer({
  options: object({ learningRate: optional(number, 0) }),
  create: () => ({ init: () => ({}), update: (gradient) => [gradient.mul(0), {}] }),
});

/** Half the sum of the squared weights. */
const ridge = defineRegularizer({
  options: object({}),
  create: () => ({
    penalty: ({ parameters }) =>
      parameters.map(({ value }) => value.square().sum().mul(0.5)).reduce((sum, part) => sum.add(part)),
  }),
});

const plugin = definePlugin({
  name: '@weighted/plugin',
  version: '1.0.0',
  loss: {
    'weighted/masked': masked,
    'weighted/binary': binary,
    'weighted/poisson': poisson,
    'weighted/reconstruction': reconstruction,
    'weighted/sameIdentity': sameIdentity,
  },
  metric: { 'weighted/areaUnderCurve': areaUnderCurve, 'weighted/extremes': extremes },
  optimizer: { 'weighted/still': still },
  regularizer: { 'weighted/ridge': ridge },
});

declare module '../../src/index.js' {
  interface Losses extends NamesOf<typeof plugin.loss> {}
  interface Metrics extends NamesOf<typeof plugin.metric> {}
  interface Optimizers extends NamesOf<typeof plugin.optimizer> {}
  interface Regularizers extends NamesOf<typeof plugin.regularizer> {}
}

const size = 10;
const inputs = Array.from({ length: size }, (_, i) => Math.sin(3 * i));

function data(targets: (i: number) => number, dtype: 'float32' | 'int32', more: Partial<Batch> = {}): Dataset {
  const of = (indices: Int32Array, value: (i: number) => number): HostTensor =>
    hostTensor(Float64Array.from(indices, value), [indices.length], dtype);
  return {
    size,
    inputs: [{ shape: [1], dtype: 'float32' }],
    targets: [{ shape: [], dtype }],
    batch: (indices) => ({
      inputs: [
        hostTensor(
          Float32Array.from(indices, (i) => inputs[i]!),
          [indices.length, 1],
        ),
      ],
      targets: [of(indices, targets)],
      ...more,
    }),
  };
}

/** y = wx + 0 with w = 1. */
function makeTrainer(options: Partial<TrainerOptions> & Pick<TrainerOptions, 'loss'>): Trainer {
  const app = tinyApp({ plugins: [plugin] });
  const model = app.sequential({ input: [1] }, [{ 'tiny/dense': { units: 1, initializer: 'ones' } }]);
  return app.trainer(model, { optimizer: 'tiny/sgd', ...options });
}

async function weight({ model }: Trainer): Promise<number> {
  return (await model.weights()).get('dense/weight')!.data[0]!;
}

function close(t: ExecutionContext, got: number | undefined, want: number, within = 1e-5): void {
  t.true(Math.abs(got! - want) <= within * (1 + Math.abs(want)), `${got} is not ${want}`);
}

/** Targets 2x + 1, weights 0, 1, 2, 3, 0, … */
const weights = (i: number): number => i % 4;
const target = (i: number): number => 2 * inputs[i]! + 1;
const weighted: Dataset = {
  ...data(target, 'float32'),
  batch: (indices) => ({
    inputs: [
      hostTensor(
        Float32Array.from(indices, (i) => inputs[i]!),
        [indices.length, 1],
      ),
    ],
    targets: [hostTensor(Float32Array.from(indices, target))],
    weights: hostTensor(Float32Array.from(indices, weights)),
  }),
};

test('the loss of an epoch is the weighted mean of all examples, whatever the batches', async (t) => {
  const sum = inputs.reduce((total, x, i) => total + weights(i) * (x - target(i)) ** 2, 0);
  const expected = sum / inputs.reduce((total, _, i) => total + weights(i), 0);
  for (const batchSize of [1, 3, 7, 10]) {
    const trainer = makeTrainer({ loss: 'tiny/squared', optimizer: 'weighted/still' });
    const { history } = await trainer.fit(weighted, { epochs: 1, batchSize, validation: weighted });
    close(t, history[0]?.metrics['loss'], expected, 1e-6);
    close(t, history[0]?.validation?.['loss'], expected, 1e-6);
    close(t, (await trainer.evaluate(weighted, { batchSize }))['loss'], expected, 1e-6);
  }
});

test('the gradient of a weighted batch is that of the weighted mean', async (t) => {
  const trainer = makeTrainer({ loss: 'tiny/squared' });
  await trainer.fit(weighted, { epochs: 1, batchSize: 'full' });
  const total = inputs.reduce((sum, _, i) => sum + weights(i), 0);
  const gradient = inputs.reduce((sum, x, i) => sum + (weights(i) * 2 * x * (x - target(i))) / total, 0);
  close(t, await weight(trainer), 1 - 0.1 * gradient);
});

test('places that a loss leaves out count neither above nor below the line', async (t) => {
  const partly = data((i) => (i < 7 ? -1 : 5), 'float32');
  const expected = inputs.slice(7).reduce((sum, x) => sum + (x - 5) ** 2, 0) / 3;
  for (const batchSize of [2, 5, 10]) {
    const trainer = makeTrainer({ loss: 'weighted/masked', optimizer: 'weighted/still' });
    const flat: Dataset = { ...partly, batch: async (i) => rows(await partly.batch(i)) };
    const losses: number[] = [];
    trainer.on('step:end', ({ loss }) => losses.push(loss));
    const { history } = await trainer.fit(flat, { epochs: 1, batchSize, shuffle: false });
    close(t, history[0]?.metrics['loss'], expected, 1e-6);
  }
});

/** With targets of the outputs' shape. */
function rows({ targets, ...batch }: Batch): Batch {
  return {
    ...batch,
    targets: targets.map(({ data: values, dtype }) => ({ data: values, shape: [values.length, 1], dtype })),
  };
}

test('a batch in which nothing counts changes nothing', async (t) => {
  const trainer = makeTrainer({ loss: 'weighted/masked' });
  const none = data(() => -1, 'float32');
  await trainer.fit({ ...none, batch: async (i) => rows(await none.batch(i)) }, { epochs: 1, batchSize: 5 });
  t.is(await weight(trainer), 1);
});

test('binary labels of one logit, counts, and identities are targets as any other', async (t) => {
  const labels = (i: number): number => Number(inputs[i]! > 0.2);
  const mean = (of: (x: number, i: number) => number): number => inputs.reduce((sum, x, i) => sum + of(x, i), 0) / size;
  const cases: [TrainerOptions['loss'], (i: number) => number, number][] = [
    ['weighted/binary', labels, mean((x, i) => Math.log1p(Math.exp(x)) - labels(i) * x)],
    ['weighted/poisson', (i) => 3 * i, mean((x, i) => Math.exp(x) - 3 * i * x)],
    [
      'weighted/sameIdentity',
      (i) => 1000 + (i % 3),
      mean((x, i) => inputs.reduce((sum, y, j) => sum + ((i - j) % 3 === 0 ? (x - y) ** 2 : 0), 0)),
    ],
  ];
  for (const [loss, targets, expected] of cases) {
    const trainer = makeTrainer({ loss });
    close(t, (await trainer.evaluate(data(targets, 'int32')))['loss'], expected);
    const { reason } = await trainer.fit(data(targets, 'int32'), { epochs: 2, batchSize: 5 });
    t.is(reason, 'completed');
  }
});

test('data without labels train a loss that asks for none, and any other says what is missing', async (t) => {
  const unlabelled: Dataset = {
    ...data(() => 0, 'float32'),
    targets: [],
    batch: (indices) => ({
      inputs: [
        hostTensor(
          Float32Array.from(indices, (i) => inputs[i]!),
          [indices.length, 1],
        ),
      ],
      targets: [],
    }),
  };
  const trainer = makeTrainer({ loss: 'weighted/reconstruction' });
  close(t, (await trainer.evaluate(unlabelled))['loss'], 0);
  t.is((await trainer.fit(unlabelled, { epochs: 1, batchSize: 4 })).reason, 'completed');
  t.deepEqual((await trainer.predict(unlabelled)).shape, [10, 1]);
  await t.throwsAsync(makeTrainer({ loss: 'tiny/squared' }).evaluate(unlabelled), {
    code: 'DATA_INVALID',
    message: /no target 0/,
  });
});

test('arrays of a batch that differ in their number of examples, and negative weights, are refused', async (t) => {
  const trainer = makeTrainer({ loss: 'tiny/squared' });
  const short = data(target, 'float32', { targets: [hostTensor([1, 2])] });
  await t.throwsAsync(trainer.evaluate(short), { code: 'DATA_INVALID', message: /10 examples, but the targets \[2\]/ });
  const negative = data(target, 'float32', { weights: hostTensor(new Float32Array(10).fill(-1)) });
  await t.throwsAsync(trainer.evaluate(negative), { code: 'DATA_INVALID', message: /Example 0 .* weight -1/ });
});

test('the loss is that of the data in training and validation; penalties stand beside it', async (t) => {
  const trainer = makeTrainer({ loss: 'tiny/squared', optimizer: 'weighted/still', regularizers: ['weighted/ridge'] });
  const seen: number[] = [];
  trainer.on('step:end', ({ penalty }) => seen.push(penalty));
  const { history } = await trainer.fit(weighted, { epochs: 1, batchSize: 5, validation: weighted });
  const [{ metrics, validation }] = history as [(typeof history)[0]];
  close(t, metrics['loss'], validation!['loss']!);
  t.deepEqual(seen, [0.5, 0.5]);
  t.is(metrics['penalty'], 0.5);
  t.is(validation!['penalty'], undefined);
});

test('a metric that keeps every example is exact over a pass, and a table is a figure', async (t) => {
  const labels = (i: number): number => Number(Math.cos(5 * i) > 0);
  const of = (label: number): number[] => inputs.filter((_, i) => labels(i) === label).map(Math.fround);
  const pairs = of(1).flatMap((p) => of(0).map((q): number => (p > q ? 1 : p === q ? 0.5 : 0)));
  const area = pairs.reduce((sum, win) => sum + win, 0) / pairs.length;
  const options = {
    loss: 'weighted/binary',
    optimizer: 'weighted/still',
    metrics: ['weighted/areaUnderCurve', 'weighted/extremes'],
  } as const;
  for (const batchSize of [2, 3, 10]) {
    const trainer = makeTrainer(options);
    const { history } = await trainer.fit(data(labels, 'int32'), { epochs: 1, batchSize });
    t.is(history[0]!.metrics['areaUnderCurve'], area);
    close(t, history[0]!.metrics['extremes/range'], Math.max(...inputs) - Math.min(...inputs));
    const { 'extremes/table': table } = await trainer.figures(data(labels, 'int32'), { batchSize });
    close(
      t,
      (table as HostTensor).data[0],
      of(1).reduce((sum, x) => sum + x, 0),
    );
    t.is((await trainer.evaluate(data(labels, 'int32')))['extremes/table'], undefined);
  }
});

test('parts of an unfinished epoch are saved by name, those that are concatenated too', async (t) => {
  const labels = data((i) => Number(Math.cos(5 * i) > 0), 'int32');
  const make = (): Trainer =>
    makeTrainer({ loss: 'weighted/binary', metrics: ['weighted/areaUnderCurve', 'weighted/extremes'] });
  const plan: FitOptions = { epochs: 2, batchSize: 3 };
  const [whole, stopped, resumed] = [make(), make(), make()];
  const { history } = await whole.fit(labels, plan);
  stopped.on('step:end', ({ step }) => step === 5 && stopped.stop());
  await stopped.fit(labels, plan);
  const { metadata, tensors } = await stopped.state();
  t.deepEqual(tensors.get('metric/areaUnderCurve/score')?.shape, [6]);
  await resumed.restore({ metadata: JSON.parse(JSON.stringify(metadata)), tensors });
  t.deepEqual((await resumed.fit(labels, plan)).history, history);
});

test('sums are kept in float64: a count beyond 2²⁴ is exact', (t) => {
  const totals = new Totals(() => 'sum');
  for (let i = 0; i < 3; i++) totals.add({ hits: { count: hostTensor(2 ** 24), one: hostTensor(1) } });
  totals.add({ hits: { count: hostTensor(1), one: 1 } });
  t.deepEqual(totals.of('hits')['count']?.data[0], 3 * 2 ** 24 + 1);
});
