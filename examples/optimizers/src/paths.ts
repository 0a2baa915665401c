import type { App, Choice, Trainer } from 'adjoint';
import { numbers, surfaces, type SurfaceName } from './plane.js';

/** The way of an optimizer over a surface. */
export interface Path {
  readonly optimizer: string;
  /** The setting, of those tried, that came lowest; none where there is nothing to set. */
  readonly setting?: number;
  readonly points: readonly (readonly [number, number])[];
  /** Height at the end. */
  readonly height: number;
  /** Updates until the height stayed below 1e-3; undefined if it did not. */
  readonly arrived?: number;
}

/** Optimizers by what is set: the learning rate, or ε of Adadelta. */
const contenders: Readonly<Record<string, (setting: number) => Choice<'optimizer'>>> = {
  sgd: (learningRate) => ({ sgd: { learningRate } }),
  momentum: (learningRate) => ({ momentum: { learningRate } }),
  nesterov: (learningRate) => ({ momentum: { learningRate, nesterov: true } }),
  adagrad: (learningRate) => ({ adagrad: { learningRate } }),
  rmsprop: (learningRate) => ({ rmsprop: { learningRate } }),
  adadelta: (epsilon) => ({ adadelta: { epsilon, decay: 0.95 } }),
  adam: (learningRate) => ({ adam: { learningRate } }),
};

/** Each optimizer at the setting that leaves it lowest after so many updates, and L-BFGS, which needs none. */
export async function paths(
  app: App,
  on: SurfaceName,
  { updates, tried }: { readonly updates: number; readonly tried: readonly number[] },
): Promise<readonly Path[]> {
  const found: Path[] = [];
  for (const [optimizer, choose] of Object.entries(contenders)) {
    let best = { setting: tried[0]!, height: Infinity };
    for (const setting of tried) {
      const { height } = await descend(app, on, choose(setting), { epochs: 1, perEpoch: updates });
      if (height < best.height) best = { setting, height };
    }
    const path = await descend(app, on, choose(best.setting), { epochs: updates, perEpoch: 1 });
    found.push({ optimizer, setting: best.setting, ...path });
  }
  const path = await descend(app, on, 'lbfgs', { epochs: Math.min(updates, 60), perEpoch: 1 });
  return [...found, { optimizer: 'lbfgs', ...path }];
}

async function descend(
  app: App,
  on: SurfaceName,
  optimizer: Choice<'optimizer'>,
  { epochs, perEpoch }: { readonly epochs: number; readonly perEpoch: number },
): Promise<Pick<Path, 'points' | 'height' | 'arrived'>> {
  const { start, height } = surfaces[on];
  const model = app.sequential({ input: [1] }, [{ 'plane/point': { on } }]);
  const trainer: Trainer = app.trainer(model, { loss: 'plane/output', optimizer });
  trainer.on('warning', () => trainer.stop('diverged'));
  const points: (readonly [number, number])[] = [start];
  trainer.on('epoch:end', async () => {
    const [x, y] = [...(await model.weights()).values()][0]!.data;
    points.push([x!, y!]);
  });
  await trainer.fit(numbers(Array.from({ length: perEpoch }, () => 0)), { epochs, batchSize: 1 });
  await trainer.close();
  const heights = points.map(([x, y]) => height(x, y));
  const last = heights.at(-1)!;
  const above = heights.findLastIndex((each) => !(each < 1e-3));
  return {
    points,
    height: Number.isFinite(last) ? last : Infinity,
    ...(above + 1 < heights.length && { arrived: above + 1 }),
  };
}
