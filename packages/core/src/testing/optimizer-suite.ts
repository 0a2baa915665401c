import type { App } from '../app/app.js';
import { choiceText, readChoice } from '../registry/choice.js';
import type { Choice } from '../registry/kinds.js';
import { tracedText } from './graph-text.js';
import { withOddNumbers } from './odd-options.js';
import { withAssertions, type TestFunction } from './test-function.js';
import { blackImages, checkFinite, checkResuming, checkTiny, images, trainingBed, valuesOf } from './training-bed.js';

export interface OptimizerSample {
  /** Makes an app with the optimizer's plugin and a backend. */
  readonly app: () => App;
  readonly optimizer: Choice<'optimizer'>;
}

/**
 * The contract of an optimizer: it keeps no state of its own, lowers the loss of a linear classifier, changes every
 * parameter to finite values, bears weights of zero, models without parameters and numbers at the ends of its options'
 * ranges, and goes on with the same bits when it is saved and resumed.
 */
export function testOptimizer(runner: TestFunction, { app: makeApp, optimizer }: OptimizerSample): void {
  const test = withAssertions(runner);
  const title = choiceText(readChoice('optimizer', optimizer));

  test(`${title}: a step is the same program whenever it is traced`, async (t) => {
    const app = makeApp();
    const { trainer } = trainingBed(app, { optimizer });
    await trainer.prepare();
    const batch = await images().batch(Int32Array.of(0, 1, 2));
    const { program, values } = trainer.program.train.pack(batch);
    t.deepEqual(tracedText(program, values), tracedText(program, values));
    await app.close();
  });

  test(`${title}: the loss falls, and every parameter moves to a finite value`, async (t) => {
    const app = makeApp();
    const { model, trainer } = trainingBed(app, { optimizer });
    const before = await valuesOf(model);
    const { loss } = await trainer.evaluate(images());
    await trainer.fit(images(), { epochs: 20, batchSize: 'full' });
    t.true((await trainer.evaluate(images())).loss! < loss!, `the loss was ${loss} before`);
    checkFinite(t, await valuesOf(model), title);
    for (const [parameter, values] of Object.entries(await valuesOf(model))) {
      t.true(
        values.some((value, i) => value !== before[parameter]![i]),
        `${parameter} has not moved`,
      );
    }
    await app.close();
  });

  test(`${title}: weights of zero without a gradient stay finite`, async (t) => {
    const app = makeApp();
    const { model, trainer } = trainingBed(app, { optimizer });
    model.load(
      new Map([...(await model.weights())].map(([name, value]) => [name, { ...value, data: value.data.map(() => 0) }])),
    );
    await trainer.fit(blackImages(), { epochs: 2, batchSize: 7 });
    checkFinite(t, await valuesOf(model), title);
    await app.close();
  });

  test(`${title}: a model without parameters can be run`, async (t) => {
    const app = makeApp();
    const { trainer } = trainingBed(app, { optimizer }, { parameters: false });
    const { reason, history } = await trainer.fit(images(), { epochs: 2, batchSize: 7 });
    t.deepEqual([reason, history.length], ['completed', 2]);
    await app.close();
  });

  test(`${title}: numbers at the ends of its options' ranges are refused or do no harm`, async (t) => {
    const app = makeApp();
    for (const choice of withOddNumbers(app, 'optimizer', optimizer)) {
      const { model, trainer } = trainingBed(app, { optimizer: choice });
      await trainer.fit(images(), { epochs: 3, batchSize: 'full' });
      checkFinite(t, await valuesOf(model), JSON.stringify(choice));
    }
    await app.close();
  });

  test(`${title}: a run that is saved and resumed gives the same bits`, (t) =>
    checkResuming(t, makeApp, { optimizer }));

  test(`${title}: one example at a time, and nothing to train, work or are refused in words`, (t) =>
    checkTiny(t, makeApp, { optimizer }));
}
