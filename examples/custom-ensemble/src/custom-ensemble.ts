// An ensemble strategy of one's own: bagging (Breiman 1996) — every member trains on a bootstrap of the data — with the
// median of the members' logits as the vote.
import {
  AdjointError,
  defineEnsemble,
  defineLayer,
  definePlugin,
  maximum,
  minimum,
  type Dataset,
  type JobResult,
  type PredictedClass,
  type NamesOf,
} from '@adjoint/core';
import { count, documented, object, optional } from '@adjoint/core/options';
import { createApp } from 'adjoint';
import { split } from '@adjoint/data';
import { digits } from '@adjoint/data/node';

/** The vote is a layer: what comes out of an ensemble is a model like any other. */
export const medianOfThree = defineLayer({
  options: object({}),
  formula: 'z = median(a, b, c)',
  examples: [{ inputs: [[4], [4], [4]] }],
  create: () => ({
    build:
      () =>
      ([a, b, c]) => {
        if (!b || !c) throw new AdjointError('SHAPE_MISMATCH', 'medianOfThree: it takes three inputs.');
        return maximum(minimum(a, b), minimum(maximum(a, b), c));
      },
  }),
});

export const medianBagging = defineEnsemble({
  options: object({
    share: documented(optional(count, 1), 'Draws per member, in multiples of the number of examples.'),
  }),
  formula: 'z = median over members of zₘ, each trained on a bootstrap',
  source: 'Breiman 1996',
  create: ({ share }) => ({
    async fit({ base, size, random, train }) {
      const members: JobResult[] = [];
      for (let i = 0; i < 3; i++) {
        const indices = Int32Array.from({ length: size * share }, () => random.integer(size));
        members.push(await train({ train: { ...base.train, indices } }, { count: 3 }));
      }
      return { members, combine: 'acme/medianOfThree' };
    },
  }),
});

const layer = { 'acme/medianOfThree': medianOfThree };
const ensemble = { 'acme/medianBagging': medianBagging };

export const medianBaggingPlugin = definePlugin({
  name: '@acme/adjoint-median-bagging',
  version: '1.0.0',
  layer,
  ensemble,
});

declare module '@adjoint/core' {
  interface Layers extends NamesOf<typeof layer> {}
  interface Ensembles extends NamesOf<typeof ensemble> {}
}

export async function main(): Promise<{ members: number[]; ensemble: number }> {
  const app = createApp({ plugins: [medianBaggingPlugin] });
  const [train, test] = split(await digits(), [0.8, 0.2], { seed: 1 });
  const model = app.sequential({ input: train.inputs[0]!.shape }, [
    'flatten',
    { dense: { units: 32 } },
    'relu',
    { dense: { units: 10 } },
  ]);
  const bagged = app.ensemble(model, {
    strategy: 'acme/medianBagging',
    trainer: { loss: 'crossEntropy', optimizer: 'adam', metrics: ['accuracy'] },
  });
  bagged.on('ensemble:member', ({ index, count: all }) => console.log(`member ${index + 1} of ${all}`));
  await bagged.fit(train, { epochs: 5, batchSize: 32 });

  const members: number[] = [];
  for (const member of bagged.members) members.push((await member.evaluate(test))['accuracy']!);
  const accuracy = await accuracyOf(await bagged.predictClasses(test), test);
  console.log({ members, ensemble: accuracy });
  await app.close();
  return { members, ensemble: accuracy };
}

async function accuracyOf(predicted: readonly PredictedClass[], test: Dataset): Promise<number> {
  const { targets } = await test.batch(Int32Array.from(predicted.keys()));
  return predicted.filter(({ index }, i) => index === targets[0]?.data[i]).length / predicted.length;
}
