import { createApp } from 'adjoint';
import { view } from '@adjoint/data';
import { digits, fashionMnist, loadIdxDirectory } from '@adjoint/data/node';
import type { Experiment } from '@adjoint/experiment';
import { effortChart, noiseChart, pathChart, sliceChart } from './charts.js';
import { efforts } from './effort.js';
import { minima, type Minima } from './minima.js';
import { noise } from './noise.js';
import { plans } from './plan.js';
import { conclusionsOf, publishedBeside, summaries } from './report.js';
import { regression } from './regression.js';

export const batchSize: Experiment = {
  name: 'batch-size',
  about: 'What the batch size does: to descent on small problems, and to the minima of a network',
  source:
    'Keskar et al. 2017 (arXiv:1609.04836), tables 2 and 3, network F1; Hoffer et al. 2017 (arXiv:1705.08741) for training longer',
  async run({ size, seed, data, log }) {
    const plan = plans[size];
    const app = createApp();
    try {
      const descent = await regression(app, seed, plan.updates);
      const all = await digits();
      const few = view(all, { indices: Int32Array.from({ length: plan.examples }, (_, i) => i) });
      const noises = await noise(app, few, seed, { batchSizes: plan.batchSizes, draws: plan.draws });
      const taken = await efforts(app, few, seed, plan.effort);
      log('Small problems are done; now the network.');
      const images = data === undefined ? await fashionMnist() : await loadIdxDirectory(data);
      const runs: Minima[] = [];
      for (let i = 0; i < plan.seeds; i++) runs.push(await minima(app, images, plan, { seed: seed + i, log }));
      const found = summaries(runs);
      return {
        figures: {
          regression: { distances: descent.distances, minimum: descent.minimum },
          noise: noises,
          effort: { goal: plan.effort.goal, examples: plan.examples, taken },
          maximiser: 'projected L-BFGS, 10 iterations from a random point in the box; evaluation mode',
          found,
          runs,
        },
        published: publishedBeside(found, data !== undefined),
        plots: {
          'batch-size': sliceChart(runs[0]!),
          'batch-size-paths': pathChart(descent),
          'batch-size-noise': noiseChart(noises),
          'batch-size-effort': effortChart(taken, plan.effort.goal),
        },
        conclusions: conclusionsOf({ found, descent, noises, taken, tested: images.test.size }),
      };
    } finally {
      await app.close();
    }
  },
};
