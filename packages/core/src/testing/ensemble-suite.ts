import type { App } from '../app/app.js';
import type { Dataset } from '../data/dataset.js';
import type { Composition } from '../model/composition.js';
import { RandomSource } from '../random/random-source.js';
import { choiceText, readChoice } from '../registry/choice.js';
import type { Choice } from '../registry/kinds.js';
import type { EnsembleExample } from '../training/ensemble-strategy.js';
import type { Ensemble } from '../training/ensemble.js';
import type { FitOptions } from '../training/trainer-options.js';
import { withAssertions, type TestFunction } from './test-function.js';
import { withBed } from './training-bed.js';

export interface EnsembleSample extends EnsembleExample {
  /** Makes an app with the strategy's plugin and a backend. */
  readonly app: () => App;
  readonly ensemble: Choice<'ensemble'>;
}

const size = 24;
const features = 6;

/**
 * The contract of an ensemble: its members become one model with finite outputs of the shape of a member's, which is the
 * same when it is built from its composition and weights; the same seed gives the same bits, and so does a run that was
 * interrupted.
 */
export function testEnsemble(
  runner: TestFunction,
  { app: makeApp, ensemble, targets = 'classes' }: EnsembleSample,
): void {
  const test = withAssertions(runner);
  const title = choiceText(readChoice('ensemble', ensemble));
  const data = rows(targets);
  const schedule: FitOptions = { epochs: 6, batchSize: 10, validation: rows(targets, 1) };
  const opened = (app: App): Ensemble => {
    const units = targets === 'classes' ? 3 : 1;
    const model = withBed(app).sequential({ input: [features] }, [{ 'contract/linear': { units } } as never]);
    const loss = targets === 'classes' ? 'contract/crossEntropy' : 'contract/squaredError';
    const trainer = { loss: loss as never, optimizer: 'contract/descent' as never };
    return app.ensemble(model, { strategy: ensemble, trainer, seed: 4 });
  };
  const outputs = async (made: Pick<Ensemble, 'predict'>): Promise<number[]> =>
    Array.from((await made.predict(data)).data);

  test(`${title}: the members are one model, with finite outputs`, async (t) => {
    const app = makeApp();
    const made = opened(app);
    const members = await made.fit(data, schedule);
    t.true(members.length > 0 && made.members.length === members.length, `there are ${members.length} members`);
    const found = await outputs(made);
    t.deepEqual(made.model.output.shape, [targets === 'classes' ? 3 : 1]);
    t.true(found.every(Number.isFinite), `the outputs are ${found.join(', ')}`);
    const built = app.build(JSON.parse(JSON.stringify(made.model.composition)) as Composition, { seed: 9 });
    built.load(await made.model.weights());
    t.deepEqual(Array.from((await built.predict(data)).data), found, 'built again');
    await app.close();
  });

  test(`${title}: the same seed gives the same bits, also after an interruption`, async (t) => {
    const [app, other] = [makeApp(), makeApp()];
    const [whole, interrupted] = [opened(app), opened(other)];
    const count = (await whole.fit(data, schedule)).length;
    const controller = new AbortController();
    const last = Math.min(1, count - 1);
    interrupted.on('ensemble:member', ({ index }) => void (index === last && controller.abort()));
    await interrupted.fit(data, { ...schedule, signal: controller.signal });
    await interrupted.fit(data, schedule);
    t.deepEqual(await outputs(interrupted), await outputs(whole));
    await Promise.all([app.close(), other.close()]);
  });
}

/** Numbers whose sums by thirds decide the class, or add up with signs. */
function rows(kind: 'classes' | 'numbers', seed = 0): Dataset {
  const random = new RandomSource(7 + seed);
  const data = Float32Array.from({ length: size * features }, () => random.normal());
  const row = (index: number): Float32Array => data.subarray(index * features, (index + 1) * features);
  const targetOf = (index: number): number => {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = row(index);
    const sums = [a + b, c + d, e + f];
    return kind === 'classes' ? sums.indexOf(Math.max(...sums)) : a + b - c - d + 0.1 * f;
  };
  return {
    size,
    inputs: [{ shape: [features], dtype: 'float32' }],
    targets: [kind === 'classes' ? { shape: [], dtype: 'int32' } : { shape: [1], dtype: 'float32' }],
    batch: (indices) => ({
      inputs: [
        {
          data: Float32Array.from(Array.from(indices, (index) => Array.from(row(index))).flat()),
          shape: [indices.length, features],
          dtype: 'float32',
        },
      ],
      targets: [
        kind === 'classes'
          ? { data: Int32Array.from(indices, targetOf), shape: [indices.length], dtype: 'int32' }
          : { data: Float32Array.from(indices, targetOf), shape: [indices.length, 1], dtype: 'float32' },
      ],
    }),
  };
}
