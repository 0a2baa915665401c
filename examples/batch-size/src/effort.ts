import type { App, Dataset } from 'adjoint';

/** What it takes until the training loss is as low as the goal. */
export interface Effort {
  readonly batchSize: number;
  readonly learningRate: number;
  readonly updates: number;
  /** Examples seen, over those that there are. */
  readonly epochs: number;
}

export interface EffortPlan {
  readonly batchSizes: readonly number[];
  readonly learningRates: readonly number[];
  /** Training loss to reach, in nats. */
  readonly goal: number;
  /** Epochs, and updates, after which a run is given up. */
  readonly epochs: number;
  readonly updates: number;
}

/**
 * Softmax regression by plain descent: updates until the loss over all of the data reaches a goal, by batch size, each at
 * the learning rate of the list that needs the fewest. Batch sizes that never reach it are left out.
 */
export async function efforts(app: App, data: Dataset, seed: number, plan: EffortPlan): Promise<readonly Effort[]> {
  const found: Effort[] = [];
  for (const batchSize of plan.batchSizes) {
    let best: Effort | undefined;
    // A larger batch bears a larger rate, so that far smaller ones than before need not be tried.
    const least = (found.at(-1)?.learningRate ?? 0) / 2;
    for (const learningRate of plan.learningRates.filter((rate) => rate >= least)) {
      const most = Math.min(best?.updates ?? Infinity, plan.updates, (plan.epochs * data.size) / batchSize);
      const updates = await updatesUntil(app, data, { seed, batchSize, learningRate, goal: plan.goal, most });
      if (updates !== undefined && updates < (best?.updates ?? Infinity))
        best = { batchSize, learningRate, updates, epochs: (updates * batchSize) / data.size };
    }
    if (best) found.push(best);
  }
  return found;
}

interface Run {
  readonly seed: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly goal: number;
  readonly most: number;
}

/** Updates until the goal is reached, looked at after every fiftieth part more; undefined if it is not. */
async function updatesUntil(app: App, data: Dataset, { seed, batchSize, learningRate, goal, most }: Run) {
  const input = data.inputs[0]!.shape;
  const model = app.sequential({ input, seed }, ['flatten', { dense: { units: 10 } }]);
  const trainer = app.trainer(model, { loss: 'crossEntropy', optimizer: { sgd: { learningRate } }, seed });
  trainer.on('warning', () => trainer.stop('diverged'));
  let next = 1;
  let reached: number | undefined;
  trainer.on('epoch:end', async () => {
    const { step } = trainer;
    if (step < next && step < most) return;
    next = 1.02 * step;
    const { loss } = await trainer.evaluate(data);
    if (loss! <= goal) reached = step;
    if (loss! <= goal || step >= most) trainer.stop('enough');
  });
  const stepsPerEpoch = Math.max(1, Math.floor(data.size / batchSize / 40));
  await trainer.fit(data, { epochs: Math.ceil(most / stepsPerEpoch), batchSize, stepsPerEpoch });
  await trainer.close();
  return reached;
}
