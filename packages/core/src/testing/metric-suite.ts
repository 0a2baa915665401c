import type { App } from '../app/app.js';
import { Engine } from '../engine/engine.js';
import { ReferenceBackend } from '../backend/reference/reference-backend.js';
import { isAdjointError } from '../errors.js';
import { RandomSource } from '../random/random-source.js';
import { choiceText, readChoice } from '../registry/choice.js';
import type { Choice } from '../registry/kinds.js';
import { hostTensor, isHostTensor, type HostTensor } from '../tensor/host-tensor.js';
import type { Figure, Metric, MetricExample } from '../training/metric.js';
import { metricFigures } from './metric-figures.js';
import { inFloat, rowsOf, sampleOutput, shapeText, sampleTarget, targetExample } from './scored-samples.js';
import { withAssertions, type Assertions, type TestFunction } from './test-function.js';

export interface MetricSample extends MetricExample {
  /** Makes an app with the metric's plugin and a backend. */
  readonly app: () => App;
  readonly metric: Choice<'metric'>;
}

/** Outputs, targets and weights of some examples, on the host. */
interface Rows {
  readonly output: HostTensor;
  readonly target: HostTensor;
  readonly weights?: HostTensor;
}

const size = 12;

/**
 * The contract of a metric: a whole pass has the same figure however it is cut into batches (also of one example) and
 * ordered, examples without weight do not count, its app's backend gives the figure of the reference in float64, whole
 * numbers of every dtype are targets, and targets of another shape are refused.
 */
export function testMetric(
  runner: TestFunction,
  { app: makeApp, metric: choice, output: given = [3], target: targetGiven, except = [] }: MetricSample,
): void {
  const test = withAssertions(runner);
  const title = `${choiceText(readChoice('metric', choice))} of ${shapeText(given)}`;
  const opened = (): { app: App; metric: Metric; rows: Rows } => {
    const app = makeApp();
    const metric = app.registry.create('metric', choice);
    const random = new RandomSource(5);
    const output = sampleOutput(random, size, given, metric);
    const target = sampleTarget(random, size, targetGiven ?? targetExample(metric, output));
    return { app, metric, rows: { output: inFloat(output, 'float32'), target: inFloat(target, 'float32') } };
  };

  test(`${title}: parts of batches merge to the figure of the whole`, async (t) => {
    const { app, metric, rows } = opened();
    const whole = await figures(app.engine, metric, [rows]);
    const batches = [cut(rows, 0, 5), cut(rows, 5, 6), cut(rows, 6, size)];
    same(t, await figures(app.engine, metric, batches), whole);
    same(t, await figures(app.engine, metric, batches.toReversed()), whole);
    // One example has a figure, or none (NaN), and no error.
    await figures(app.engine, metric, [cut(rows, 0, 1)]);
    await app.close();
  });

  test(`${title}: its figure is that of the reference in float64`, async (t) => {
    const { app, metric, rows } = opened();
    const reference = new Engine(new ReferenceBackend());
    const exact = { output: inFloat(rows.output, 'float64'), target: inFloat(rows.target, 'float64') };
    same(t, await figures(app.engine, metric, [rows]), await figures(reference, metric, [exact]));
    reference.close();
    await app.close();
  });

  if (!except.includes('weights'))
    test(`${title}: examples without weight do not count`, async (t) => {
      const { app, metric, rows } = opened();
      const weights = hostTensor(Float32Array.from({ length: size }, (_, i) => Number(i < 7)));
      const weighted = await figures(app.engine, metric, [{ ...rows, weights }]);
      same(t, weighted, await figures(app.engine, metric, [cut(rows, 0, 7)]));
      await app.close();
    });

  test(`${title}: targets may be of every dtype, and are refused in another shape`, async (t) => {
    const { app, metric, rows } = opened();
    if (metric.targets) {
      const whole = Array.from(rows.target.data, (value) => Math.round(value));
      const target = hostTensor(whole, rows.target.shape, 'float32');
      const want = await figures(app.engine, metric, [{ ...rows, target }]);
      for (const dtype of ['int32', 'float64'] as const)
        same(t, await figures(app.engine, metric, [{ ...rows, target: hostTensor(whole, target.shape, dtype) }]), want);
      const wide = hostTensor(Array.from({ length: 7 }, () => whole).flat(), [...target.shape, 7]);
      for (const wrong of [wide, rowsOf(target, 0, size - 1)]) {
        try {
          await figures(app.engine, metric, [{ ...rows, target: wrong }]);
          t.true(false, `targets of shape ${wrong.shape} are taken`);
        } catch (error) {
          t.true(isAdjointError(error) && error.message.includes('target'), String(error));
        }
      }
    }
    await app.close();
  });
}

function cut({ output, target }: Rows, from: number, to: number): Rows {
  return { output: rowsOf(output, from, to), target: rowsOf(target, from, to) };
}

async function figures(engine: Engine, metric: Metric, batches: readonly Rows[]): Promise<Figures> {
  return metricFigures(
    metric,
    batches.map(({ output, target, weights }) => ({
      output: engine.tensor(output),
      target: engine.tensor(target),
      ...(weights && { weights: engine.tensor(weights) }),
    })),
  );
}

type Figures = Figure | Readonly<Record<string, Figure>>;

/** All numbers of some figures, by their names. */
function numbersOf(figure: Figures): (readonly [string, number])[] {
  if (typeof figure === 'number') return [['', figure]];
  if (isHostTensor(figure)) return Array.from(figure.data, (value, i) => [`[${i}]`, value] as const);
  return Object.entries(figure).flatMap(([name, own]) =>
    numbersOf(own).map(([part, value]) => [`${name}${part}`, value] as const),
  );
}

function same(t: Assertions, got: Figures, want: Figures): void {
  const [found, wanted] = [numbersOf(got), numbersOf(want)];
  t.deepEqual(
    found.map(([name]) => name),
    wanted.map(([name]) => name),
  );
  wanted.forEach(([name, value], i) => {
    const own = found[i]![1];
    const isSame = Object.is(own, value) || Math.abs(own - value) <= 2e-5 * (1 + Math.abs(value));
    t.true(isSame, `${name || 'the figure'} is ${own}, expected ${value}`);
  });
}
