import { AdjointError, createApp, type App, type Dataset, type Model } from 'adjoint';
import { normalize, transform } from '@adjoint/data';
import { firstOf, imagesOf, type Setting } from '@adjoint/experiment';
import { bootstrap, type BootstrapInterval } from '@adjoint/generalization';

export interface Plan {
  /** At most so many are used, the first ones. */
  readonly images: number;
  readonly testImages: number;
  readonly batchSize: number;
  readonly epochs: number;
}

export interface Run extends Plan {
  readonly parameters: number;
  /** Of each batch, before its update. */
  readonly losses: readonly number[];
  /** After each epoch: accuracy on the test images, and that of the training batches as they were seen. */
  readonly test: readonly { readonly epoch: number; readonly accuracy: number; readonly train: number }[];
  /** Of the final test accuracy, over the test images. */
  readonly interval: Pick<BootstrapInterval, 'low' | 'high'>;
  readonly calibrationError: number;
}

export function composeNetH(app: App, seed: number): Model {
  return app.sequential({ input: [1, 28, 28], seed }, [
    { conv2d: { filters: 32, kernel: 5, padding: 2 } },
    'relu',
    { maxPool2d: { size: 2 } },
    { conv2d: { filters: 64, kernel: 5, padding: 2 } },
    'relu',
    { maxPool2d: { size: 2 } },
    'flatten',
    { dense: { units: 10 } },
  ]);
}

/** Trains and tests. The test images decide nothing: there is no stopping early and nothing is chosen. */
export async function train({ seed, data, log }: Setting, plan: Plan): Promise<Run> {
  // The notebook's constants, which are the mean and deviation of MNIST.
  const inputs = normalize(0.1307, 0.3081);
  const images = await imagesOf(data === undefined ? {} : { data });
  const own = firstOf(images.train, plan.images);
  const held = firstOf(images.test, plan.testImages);
  const app = createApp();
  try {
    const model = composeNetH(app, seed);
    const parameters = model.parameterCount;
    if (parameters !== 83_466) throw new AdjointError('INTERNAL', `net-h: ${parameters} parameters, not 83,466.`);
    const trainer = app.trainer(model, {
      loss: 'crossEntropy',
      optimizer: { adam: { learningRate: 1e-3 } },
      metrics: ['accuracy', 'calibrationError'],
      seed,
    });
    const losses: number[] = [];
    trainer.on('step:end', ({ loss }) => void losses.push(loss));
    trainer.on('epoch:end', ({ epoch, metrics, validation }) =>
      log(`epoch ${epoch + 1}: loss ${metrics['loss']?.toFixed(4)}, test ${validation?.['accuracy']?.toFixed(4)}`),
    );
    const test = transform(held, { inputs });
    const { history } = await trainer.fit(transform(own, { inputs }), {
      epochs: plan.epochs,
      batchSize: plan.batchSize,
      validation: test,
    });
    return {
      ...plan,
      images: own.size,
      testImages: held.size,
      parameters,
      losses,
      test: history.map(({ metrics, validation }, i) => ({
        epoch: i + 1,
        accuracy: validation?.['accuracy'] ?? Number.NaN,
        train: metrics['accuracy'] ?? Number.NaN,
      })),
      interval: await intervalOf(model, test, held.allTargets().data, seed),
      calibrationError: history.at(-1)?.validation?.['calibrationError'] ?? Number.NaN,
    };
  } finally {
    await app.close();
  }
}

/** Of the accuracy: how much it would vary with the test images. */
async function intervalOf(
  model: Model,
  test: Dataset,
  classes: ArrayLike<number>,
  seed: number,
): Promise<Run['interval']> {
  const isRight = (await model.predictClasses(test)).map(({ index }, i) => Number(index === classes[i]));
  const share = (rows: Int32Array): number => rows.reduce((sum, row) => sum + (isRight[row] ?? 0), 0) / rows.length;
  const { low, high } = bootstrap(isRight.length, share, { seed, method: 'percentile' });
  return { low, high };
}
