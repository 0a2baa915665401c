import type { App } from '../app/app.js';
import { choiceText, readChoice } from '../registry/choice.js';
import type { Choice } from '../registry/kinds.js';
import { tracedText } from './graph-text.js';
import { withAssertions, type TestFunction } from './test-function.js';
import { checkResuming, checkTiny, images, trainingBed, valuesOf } from './training-bed.js';

export interface RegularizerSample {
  /** Makes an app with the regularizer's plugin and a backend. */
  readonly app: () => App;
  readonly regularizer: Choice<'regularizer'>;
}

/**
 * The contract of a regularizer: it keeps no state of its own, leaves evaluation alone, trains a linear classifier of
 * images with finite values, and goes on with the same bits when it is saved and resumed.
 */
export function testRegularizer(runner: TestFunction, { app: makeApp, regularizer }: RegularizerSample): void {
  const test = withAssertions(runner);
  const title = choiceText(readChoice('regularizer', regularizer));
  const regularizers = [regularizer];

  test(`${title}: a step is the same program whenever it is traced`, async (t) => {
    const app = makeApp();
    const { trainer } = trainingBed(app, { regularizers });
    await trainer.prepare();
    const batch = await images().batch(Int32Array.of(0, 1, 2));
    const { program, values } = trainer.program.train.pack(batch);
    t.deepEqual(tracedText(program, values), tracedText(program, values));
    await app.close();
  });

  test(`${title}: evaluation is that of a model without it`, async (t) => {
    const app = makeApp();
    const { trainer } = trainingBed(app, { regularizers });
    const plain = trainingBed(app);
    t.deepEqual(await trainer.evaluate(images()), await plain.trainer.evaluate(images()));
    await app.close();
  });

  test(`${title}: training keeps losses and parameters finite`, async (t) => {
    const app = makeApp();
    const { model, trainer } = trainingBed(app, { regularizers });
    const losses: number[] = [];
    trainer.on('step:end', ({ loss }) => losses.push(loss));
    await trainer.fit(images(), { epochs: 2, batchSize: 7 });
    t.true(losses.length > 0 && losses.every(Number.isFinite), `the losses are ${losses.join(', ')}`);
    t.true(Object.values(await valuesOf(model)).every((values) => values.every(Number.isFinite)));
    await app.close();
  });

  test(`${title}: a run that is saved and resumed gives the same bits`, (t) =>
    checkResuming(t, makeApp, { regularizers }));

  test(`${title}: one example at a time, and nothing to train, work or are refused in words`, (t) =>
    checkTiny(t, makeApp, { regularizers }));
}
