import type { App } from 'adjoint';
import { numbers } from './plane.js';

/** Where an optimizer is after each period of three steps. */
export interface Trajectory {
  readonly name: string;
  readonly points: readonly (readonly [step: number, x: number])[];
}

/** The large gradient, which comes every third time. */
export const C = 15;

/**
 * The counterexample of Reddi, Kale & Kumar (2018, theorem 1): x in [−1, 1] and the gradients C, −1, −1 over and over. Their
 * sum is positive, so that −1 is best. With β₁ = 0 and β₂ = 1/(1 + C²) Adam forgets the large gradient before the next one comes.
 */
export async function counterexample(app: App, steps: number): Promise<readonly Trajectory[]> {
  const forgetful = { learningRate: 0.5, beta1: 0, beta2: 1 / (1 + C * C) };
  const found: Trajectory[] = [];
  for (const [name, options] of [
    ['Adam', forgetful],
    ['AMSGrad', { ...forgetful, amsgrad: true }],
    ['Adam, β₂ = 0.999', { ...forgetful, beta2: 0.999 }],
  ] as const) {
    const model = app.sequential({ input: [1] }, ['plane/scaled']);
    const trainer = app.trainer(model, {
      loss: 'plane/output',
      optimizer: { adam: options },
      // The rate falls with the root of the step, as in the theorem.
      schedule: { inverseSquareRoot: { warmup: 1 } },
      regularizers: ['plane/interval'],
    });
    const points: (readonly [number, number])[] = [[0, 0]];
    trainer.on('epoch:end', async () => {
      points.push([trainer.step, [...(await model.weights()).values()][0]!.data[0]!]);
    });
    await trainer.fit(numbers([C, -1, -1]), { epochs: Math.round(steps / 3), batchSize: 1, shuffle: false });
    await trainer.close();
    found.push({ name, points });
  }
  return found;
}
