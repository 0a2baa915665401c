import { createApp } from 'adjoint';
import { imagesOf, type Experiment, type Findings } from '@adjoint/experiment';
import { capacity } from './capacity.js';
import { epochs } from './epochs.js';
import { examples } from './examples.js';
import { folds } from './folds.js';
import { search } from './search.js';
import { plans, type Part } from './setting.js';

export const generalization: Experiment = {
  name: 'generalization',
  about:
    'Under- and over-fitting by capacity and epochs, a learning curve, cross-validation and a search, on Fashion-MNIST.',
  source:
    'Stone 1974, Kohavi 1995 (cross-validation); a 5-fold run reported in the issues of zalandoresearch/fashion-mnist (59)',
  async run({ size, seed, log, data }) {
    const { train, test } = await imagesOf(data === undefined ? {} : { data });
    const app = createApp();
    try {
      const context = { app, train, test, plan: plans[size], seed, log };
      const parts: Part[] = [];
      for (const part of [capacity, epochs, examples, folds, search]) parts.push(await part(context));
      const found = joined(parts);
      return size === 'smoke' ? { ...found, conclusions: ['Too short a run to conclude from.'] } : found;
    } finally {
      await app.close();
    }
  },
};

function joined(parts: readonly Part[]): Findings {
  return {
    figures: Object.assign({}, ...parts.map(({ figures }) => figures)) as Findings['figures'],
    published: parts.flatMap(({ published }) => published),
    plots: Object.assign({}, ...parts.map(({ plots }) => plots)) as Findings['plots'],
    conclusions: parts.flatMap(({ conclusions }) => conclusions),
  };
}
