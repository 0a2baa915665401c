// AdaBoost of stumps against one stump and one large tree, on the points of The Elements of Statistical Learning,
// figure 10.2; then the same with small networks as members.
import { RandomSource, type App, type Choice, type Dataset } from '@adjoint/core';
import { createApp } from 'adjoint';
import type { Experiment, Findings, Setting } from '@adjoint/experiment';
import { trees } from '@adjoint/trees';
import { errorCurve } from './error-curve.js';
import { findingsOf, type Boosted } from './findings.js';
import { spheres } from './spheres.js';

interface Data {
  readonly train: Dataset;
  readonly test: Dataset;
}

interface Plan {
  readonly members: number;
  readonly seed: number;
  /** Of networks; trees are grown at once. */
  readonly epochs?: number;
  readonly algorithm?: 'SAMME' | 'SAMME.R';
}

const tree = (leaves: number) => [{ tree: { units: 2, leaves, depth: 64 } }] as const;
const network = (hidden: number) => [{ dense: { units: hidden } }, 'relu', { dense: { units: 2 } }] as const;

/** Boosts members and says how wrong they are together; one member is that alone. */
async function boost(
  app: App,
  { train, test }: Data,
  layers: readonly Choice<'layer'>[],
  { members, seed, epochs, algorithm = 'SAMME' }: Plan,
): Promise<Boosted> {
  const ensemble = app.ensemble(app.sequential({ input: [10] }, layers), {
    strategy: { adaBoost: { members, algorithm } },
    trainer: { loss: 'crossEntropy', optimizer: { adam: { learningRate: 0.01 } } },
    runner: epochs === undefined ? 'cart' : 'local',
    seed,
  });
  const results = await ensemble.fit(train, { epochs: epochs ?? 1, batchSize: 50 });
  // Nodes that a tree does not have are 0; those that it has name a node below, or themselves.
  const nodes = results[0]!.weights.get('tree/left')?.data.filter((left) => left > 0).length ?? 0;
  return { train: await errorCurve(ensemble, train), test: await errorCurve(ensemble, test), nodes };
}

async function run({ size, seed, log }: Setting): Promise<Findings> {
  const [stumps, networks, epochs] = { smoke: [5, 2, 2], usual: [400, 30, 30], full: [400, 100, 60] }[size] as [
    number,
    number,
    number,
  ];
  const examples = size === 'smoke' ? 200 : 2000;
  const app = createApp({ plugins: [trees] });
  const random = new RandomSource(seed);
  const data = { train: spheres(examples, random), test: spheres(5 * examples, random) };
  log(`${stumps} stumps on ${examples} points`);
  const boostedStumps = await boost(app, data, tree(2), { members: stumps, seed });
  log(`${stumps} stumps by their probabilities`);
  const real = await boost(app, data, tree(2), { members: stumps, seed, algorithm: 'SAMME.R' });
  log('one tree that learns them by heart, and one of 122 leaves');
  const large = await boost(app, data, tree(examples), { members: 1, seed });
  const small = await boost(app, data, tree(122), { members: 1, seed });
  log(`${networks} networks of two hidden units, ${epochs} epochs each, and one of ${2 * networks} units`);
  const boostedNetworks = await boost(app, data, network(2), { members: networks, seed, epochs });
  const wide = await boost(app, data, network(2 * networks), { members: 1, seed, epochs });
  await app.close();
  return findingsOf({ stumps: boostedStumps, real, large, small, networks: boostedNetworks, wide });
}

export const definition: Experiment = {
  name: 'boosting',
  about: 'Boosting: weak members, each on what those before had wrong, against one strong model.',
  source:
    'Hastie, Tibshirani & Friedman 2009, The Elements of Statistical Learning, section 10.1 and figure 10.2; AdaBoost: Freund & Schapire 1997',
  run,
};
