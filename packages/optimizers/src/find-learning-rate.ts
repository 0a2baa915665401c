import {
  AdjointError,
  wholePower,
  type App,
  type Dataset,
  type FitPlan,
  type Model,
  type TrainerOptions,
} from '@adjoint/core';

export interface LearningRateSearch {
  /** The first rate; 1e-6 if not given. */
  readonly from?: number;
  /** The last rate; 10 if not given. */
  readonly to?: number;
  /** Updates from one to the other; 100 if not given. */
  readonly steps?: number;
  /** Examples per batch; 32 if not given. */
  readonly batchSize?: FitPlan['batchSize'];
  /** Share of the smoothed loss that is kept from step to step; 0.9 if not given. */
  readonly smoothing?: number;
}

/** Losses of a run in which the rate grew from step to step; each list has an entry for each update. */
export interface LearningRateCurve {
  readonly learningRates: readonly number[];
  /** Losses of the batches before their updates. */
  readonly losses: readonly number[];
  /** An exponential moving average of the losses, corrected for its start. */
  readonly smoothed: readonly number[];
  /**
   * Where the smoothed loss falls fastest on the scale of log η: a rate to begin with, and the base of a one-cycle schedule
   * within a factor of a few. Undefined where the loss does not fall.
   */
  readonly suggestion: number | undefined;
}

/**
 * Trains with rates that grow by the same factor from step to step (Smith 2017, section 3.3), until the smoothed loss is
 * four times its least or not finite, and gives the weights back what they were.
 * @throws AdjointError `OPTIONS_INVALID` for rates in the wrong order, or an optimizer whose rate has a schedule
 */
export async function findLearningRate(
  app: App,
  model: Model,
  options: TrainerOptions,
  data: Dataset,
  { from = 1e-6, to = 10, steps = 100, batchSize = 32, smoothing = 0.9 }: LearningRateSearch = {},
): Promise<LearningRateCurve> {
  if (!(smoothing >= 0 && smoothing < 1))
    throw new AdjointError(
      'OPTIONS_INVALID',
      `findLearningRate: smoothing is ${smoothing}; it must be at least 0 and below 1.`,
    );
  const { loggers: _, ...own } = options;
  const trainer = app.trainer(model, { ...own, schedule: { rangeTest: { from, to, steps } } });
  const before = await model.weights();
  const [learningRates, losses, smoothed]: [number[], number[], number[]] = [[], [], []];
  let [average, least] = [0, Infinity];
  trainer.on('step:end', ({ loss, learningRate }) => {
    average = smoothing * average + (1 - smoothing) * loss;
    const present = average / (1 - wholePower(smoothing, losses.length + 1));
    learningRates.push(learningRate);
    losses.push(loss);
    smoothed.push(present);
    least = Math.min(least, present);
    // A loss may be negative, so that the rise counts and not the ratio alone.
    if (losses.length === steps || !(present - least <= 3 * Math.abs(least))) trainer.stop();
  });
  try {
    const perEpoch = batchSize === 'full' ? 1 : Math.ceil(data.size / batchSize);
    await trainer.fit(data, { epochs: Math.ceil(steps / perEpoch), batchSize });
  } finally {
    model.load(before);
    await trainer.close();
  }
  return { learningRates, losses, smoothed, suggestion: learningRates[steepest(smoothed)] };
}

/**
 * The place of the greatest fall over a tenth of the curve, before its minimum; −1 if there is none. Shorter falls are the
 * noise of batches. Rates grow evenly on the logarithmic scale.
 */
function steepest(curve: readonly number[]): number {
  const width = Math.ceil(curve.length / 10);
  const lowest = curve.indexOf(Math.min(...curve));
  let [place, fall] = [-1, 0];
  for (let end = width; end <= lowest; end++) {
    const own = curve[end - width]! - curve[end]!;
    if (own > fall) [place, fall] = [end - Math.floor(width / 2), own];
  }
  return place;
}
