import type { App } from '../app/app.js';
import { choiceText, readChoice } from '../registry/choice.js';
import type { Choice } from '../registry/kinds.js';
import { tracedText } from './graph-text.js';
import { withOddNumbers } from './odd-options.js';
import { withAssertions, type TestFunction } from './test-function.js';
import { blackImages, checkFinite, checkResuming, images, trainingBed, valuesOf } from './training-bed.js';

export interface GradientTransformSample {
  /** Makes an app with the transform's plugin and a backend. */
  readonly app: () => App;
  readonly gradientTransform: Choice<'gradientTransform'>;
}

/**
 * The contract of a gradient transform: it keeps no state of its own, bears gradients that are zero and models without
 * parameters, also with numbers at the ends of its options' ranges, and goes on with the same bits when a run is saved and
 * resumed.
 */
export function testGradientTransform(
  runner: TestFunction,
  { app: makeApp, gradientTransform }: GradientTransformSample,
): void {
  const test = withAssertions(runner);
  const title = choiceText(readChoice('gradientTransform', gradientTransform));
  const gradientTransforms = [gradientTransform];

  test(`${title}: a step is the same program whenever it is traced`, async (t) => {
    const app = makeApp();
    const { trainer } = trainingBed(app, { gradientTransforms });
    await trainer.prepare();
    const batch = await images().batch(Int32Array.of(0, 1, 2));
    const { program, values } = trainer.program.train.pack(batch);
    t.deepEqual(tracedText(program, values), tracedText(program, values));
    await app.close();
  });

  test(`${title}: gradients of zero and numbers at the ends of ranges do no harm`, async (t) => {
    const app = makeApp();
    for (const choice of [gradientTransform, ...withOddNumbers(app, 'gradientTransform', gradientTransform)]) {
      const { model, trainer } = trainingBed(app, { gradientTransforms: [choice] });
      await trainer.fit(blackImages(), { epochs: 3, batchSize: 'full' });
      await trainer.fit(images(), { epochs: 3, batchSize: 'full' });
      checkFinite(t, await valuesOf(model), JSON.stringify(choice));
    }
    await app.close();
  });

  test(`${title}: a model without parameters can be run`, async (t) => {
    const app = makeApp();
    const { trainer } = trainingBed(app, { gradientTransforms }, { parameters: false });
    t.deepEqual((await trainer.fit(images(), { epochs: 1, batchSize: 7 })).reason, 'completed');
    await app.close();
  });

  test(`${title}: a run that is saved and resumed gives the same bits`, (t) =>
    checkResuming(t, makeApp, { gradientTransforms }));
}
