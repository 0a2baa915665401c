import test from 'ava';
import {
  createApp,
  defineLoss,
  defineMetric,
  definePlugin,
  metric,
  where,
  withVjp,
  type Loss,
  type Metric,
} from '../../src/index.js';
import { object } from '../../src/registry/options/index.js';
import { testLoss, testMetric } from '../../src/testing/index.js';
import { failuresOf } from './failures-of.js';

// The suites of losses and metrics pass what keeps its contract, and find each way to break it.

const it = 'probe/it' as never;
const short = (titles: readonly string[]): string[] => titles.map((title) => title.replace(/^.*?: /, ''));

async function lossFailures(create: () => Loss): Promise<string[]> {
  const loss = { 'probe/it': defineLoss({ options: object({}), create }) };
  const plugin = definePlugin({ name: '@probe/plugin', version: '1.0.0', loss });
  const app = () => createApp({ plugins: [plugin], backend: 'reference' });
  return short(await failuresOf((run) => testLoss(run, { app, loss: it })));
}

async function metricFailures(create: () => Metric): Promise<string[]> {
  const own = { 'probe/it': defineMetric({ options: object({}), create }) };
  const plugin = definePlugin({ name: '@probe/plugin', version: '1.0.0', metric: own });
  const app = () => createApp({ plugins: [plugin], backend: 'reference' });
  return short(await failuresOf((run) => testMetric(run, { app, metric: it })));
}

test('a loss that keeps its contract passes, whether it says what it expects or not', async (t) => {
  const terms: Loss['terms'] = ({ output, target }) => output.sub(target).square();
  t.deepEqual(await lossFailures(() => ({ targets: 'numbers', terms })), []);
  t.deepEqual(await lossFailures(() => ({ terms: ({ output }) => output.square() })), []);
});

test('a loss that counts its calls, mixes examples, has a wrong gradient or makes NaN is found', async (t) => {
  let calls = 0;
  const counting = await lossFailures(() => ({ terms: ({ output }) => output.mul(++calls) }));
  t.true(counting.includes('it builds the same graph whenever it is asked'));

  t.deepEqual(await lossFailures(() => ({ terms: ({ output }) => output.sub(output.mean(0)).square() })), [
    'every example has its own term, in a batch as alone',
  ]);

  // The gradient of x² by x is 2x.
  const wrong: Loss = {
    terms: ({ output }) =>
      withVjp(
        'wrong',
        [output],
        ([x]) => x!.square(),
        (cotangent) => [cotangent],
      ),
  };
  t.deepEqual(await lossFailures(() => wrong), ['gradients agree with central differences']);

  // √0 has an infinite slope, and 0·∞ is NaN.
  const fragile: Loss = { terms: ({ output }) => output.square().sum(1).sqrt() };
  t.deepEqual(await lossFailures(() => fragile), ['neither zeros nor large numbers make NaN']);
});

test('a metric that is a mean of means, ignores weights or depends on the order is found', async (t) => {
  const right = metric({
    targets: 'numbers',
    measure({ output, target, weights }) {
      const errors = output.sub(target).abs().sum(1);
      return weights
        ? { sum: errors.mul(weights).sum(), count: weights.sum() }
        : { sum: errors.sum(), count: errors.size };
    },
    finish: ({ sum, count }) => sum.data[0]! / count.data[0]!,
  });
  t.deepEqual(await metricFailures(() => right), []);

  const meanOfMeans = metric({
    targets: 'numbers',
    measure: ({ output, target }) => ({ sum: output.sub(target).abs().mean(), batches: 1 }),
    finish: ({ sum, batches }) => sum.data[0]! / batches.data[0]!,
  });
  t.deepEqual(await metricFailures(() => meanOfMeans), [
    'parts of batches merge to the figure of the whole',
    'examples without weight do not count',
  ]);

  const ofTheFirst = metric({
    targets: 'numbers',
    merge: 'concatenate',
    measure: ({ output }) => ({ outputs: output }),
    finish: ({ outputs }) => outputs.data[0]!,
  });
  t.deepEqual(await metricFailures(() => ofTheFirst), ['parts of batches merge to the figure of the whole']);

  const rounding = metric({
    targets: 'numbers',
    measure: ({ output, weights }) => ({
      largest: (weights ? where(weights.greater(0).expandDims(1), output, 0) : output).add(1e6).sub(1e6).sum(),
    }),
    finish: ({ largest }) => largest.data[0]!,
  });
  t.true((await metricFailures(() => rounding)).includes('its figure is that of the reference in float64'));
});
