import type { App, Choice, Dataset, Job } from 'adjoint';

/** One way of training the network of Zeiler's table. */
export interface Cell {
  readonly method: (typeof methods)[number];
  /** The learning rate, or ε of Adadelta. */
  readonly setting: number;
  /** Test error in per cent; 90 is that of a guess. */
  readonly error: number;
  /** Training loss of the last epoch, in nats. */
  readonly loss: number;
  readonly diverged: boolean;
}

export const methods = ['sgd', 'momentum', 'adagrad', 'adadelta'] as const;
/** Columns of table 1, and of table 2 with ρ = 0.95. */
export const settings = {
  sgd: [1, 1e-1, 1e-2, 1e-3, 1e-4],
  momentum: [1, 1e-1, 1e-2, 1e-3, 1e-4],
  adagrad: [1, 1e-1, 1e-2, 1e-3, 1e-4],
  adadelta: [1e-2, 1e-4, 1e-6, 1e-8],
} as const;

export interface ZeilerPlan {
  readonly hidden: readonly [number, number];
  readonly epochs: number;
  readonly batchSize: number;
}

/** Zeiler's Adadelta has neither a rate nor another factor: the step is that of its formula. */
const optimizerOf: Readonly<Record<Cell['method'], (setting: number) => Choice<'optimizer'>>> = {
  sgd: (learningRate) => ({ sgd: { learningRate } }),
  momentum: (learningRate) => ({ momentum: { learningRate, momentum: 0.9 } }),
  adagrad: (learningRate) => ({ adagrad: { learningRate } }),
  adadelta: (epsilon) => ({ adadelta: { learningRate: 1, decay: 0.95, epsilon } }),
};

/**
 * A tanh network for images of ten classes, trained by each method at each of its settings (Zeiler 2012, section 4.1).
 * `onCell` is told of each result.
 */
export async function zeilerTable(
  app: App,
  { train, test }: { readonly train: Dataset; readonly test: Dataset },
  { hidden, epochs, batchSize }: ZeilerPlan,
  seed: number,
  onCell: (cell: Cell) => void,
): Promise<readonly Cell[]> {
  const { composition } = app.sequential({ input: train.inputs[0]!.shape }, [
    'flatten',
    ...hidden.flatMap((units): Choice<'layer'>[] => [{ dense: { units } }, 'tanh']),
    { dense: { units: 10 } },
  ]);
  const asked = methods.flatMap((method) => settings[method].map((setting) => ({ method, setting })));
  const jobs = asked.map(({ method, setting }): Job => ({
    composition,
    seed,
    trainer: { loss: 'crossEntropy', optimizer: optimizerOf[method](setting), metrics: ['accuracy'] },
    fit: { epochs, batchSize },
    train: { data: train },
  }));
  const cells: Cell[] = [];
  for await (const { weights, history, diverged } of app.run(jobs)) {
    const model = app.build(composition, { weights });
    const trainer = app.trainer(model, { loss: 'crossEntropy', optimizer: 'sgd', metrics: ['accuracy'] });
    const { accuracy } = await trainer.evaluate(test);
    await trainer.close();
    const cell: Cell = {
      ...asked[cells.length]!,
      error: 100 * (1 - accuracy!),
      loss: history.at(-1)!.metrics['loss']!,
      diverged: diverged !== undefined,
    };
    cells.push(cell);
    onCell(cell);
  }
  return cells;
}
