import type { App } from '../app/app.js';
import type { Sampler } from '../data/sampler.js';
import { RandomSource } from '../random/random-source.js';
import { choiceText, readChoice } from '../registry/choice.js';
import type { Choice } from '../registry/kinds.js';
import { withAssertions, type TestFunction } from './test-function.js';
import { images, trainingBed, valuesOf } from './training-bed.js';

export interface SamplerSample {
  /** Makes an app with the sampler's plugin and a backend. */
  readonly app: () => App;
  readonly sampler: Choice<'sampler'>;
  /** Number of examples of the data that it is tried on; 24 if not given. */
  readonly size?: number;
}

/**
 * The contract of a sampler: batches of at least one and at most as many examples as asked for, all of them examples of the
 * data, and as many batches as it says; they follow from the seed and the epoch alone; and a run that is stopped within an
 * epoch and resumed has the same bits.
 */
export function testSampler(runner: TestFunction, { app: makeApp, sampler: choice, size = 24 }: SamplerSample): void {
  const test = withAssertions(runner);
  const title = choiceText(readChoice('sampler', choice));
  const data = images(size);
  const read = async (sampler: Sampler, epoch: number, batchSize: number): Promise<Int32Array[]> => [
    ...(await sampler.batches(data, { epoch, batchSize, random: new RandomSource(5).child(`epoch ${epoch}`) })),
  ];
  const sizes = [1, 2, size, size + 5];

  test(`${title}: batches hold examples of the data, and no more than asked for`, async (t) => {
    const app = makeApp();
    const sampler = app.registry.create('sampler', choice);
    for (const batchSize of sizes) {
      const batches = await read(sampler, 0, batchSize);
      const what = `in batches of ${batchSize}`;
      t.true(batches.length > 0, `there is none, ${what}`);
      const stated = sampler.batchesPerEpoch?.(data, batchSize) ?? batches.length;
      t.deepEqual(batches.length, stated, `batchesPerEpoch, ${what}`);
      for (const batch of batches) {
        t.true(batch instanceof Int32Array, `a batch is no Int32Array, ${what}`);
        t.true(batch.length >= 1 && batch.length <= batchSize, `a batch has ${batch.length} examples, ${what}`);
        const odd = batch.find((index) => index < 0 || index >= size);
        t.true(odd === undefined, `example ${odd} of ${size}, ${what}`);
      }
    }
    await app.close();
  });

  test(`${title}: an epoch follows from the seed and its number alone`, async (t) => {
    const app = makeApp();
    const [inOrder, backwards] = [app, app].map((each) => each.registry.create('sampler', choice));
    const epochs = [0, 1, 2];
    const forward = await Promise.all(epochs.map((epoch) => read(inOrder!, epoch, 2)));
    const again: Int32Array[][] = [];
    for (const epoch of epochs.toReversed()) again.unshift(await read(backwards!, epoch, 2));
    t.deepEqual(again, forward);
    await app.close();
  });

  test(`${title}: a run that is stopped in an epoch and resumed gives the same bits`, async (t) => {
    const apps = [makeApp(), makeApp(), makeApp()] as const;
    const [whole, stopped, resumed] = apps.map((app) => trainingBed(app));
    const schedule = { epochs: 3, batchSize: 1, sampler: choice };
    await whole!.trainer.fit(data, schedule);
    stopped!.trainer.on('step:end', ({ step }) => step === 1 && stopped!.trainer.stop());
    await stopped!.trainer.fit(data, schedule);
    await resumed!.trainer.restore(await stopped!.trainer.state());
    await resumed!.trainer.fit(data, schedule);
    t.deepEqual(await valuesOf(resumed!.model), await valuesOf(whole!.model));
    await Promise.all(apps.map((app) => app.close()));
  });
}
