// Where the error comes from: trees and bagged trees, networks by width, and least squares on random features.
import { RandomSource } from '@adjoint/core';
import { createApp } from 'adjoint';
import { imagesOf, type Experiment, type Findings, type Setting } from '@adjoint/experiment';
import { trees } from '@adjoint/trees';
import { findingsOf } from './findings.js';
import { randomFeatures, relu, type FeaturePlan } from './random-features.js';
import { decomposeTrees, type TreePlan } from './trees.js';
import { decomposeWidths, type WidthPlan } from './widths.js';

interface Plan {
  readonly trees: TreePlan;
  readonly widths: WidthPlan;
  readonly features: Omit<FeaturePlan, 'activation'>;
  readonly linear: Omit<FeaturePlan, 'activation'>;
}

const usual: Plan = {
  trees: { repeats: 50, test: 1000, members: 10 },
  widths: { widths: [1, 2, 3, 4, 6, 8, 16, 32, 64, 128], runs: 20, examples: 200, test: 500, epochs: 150 },
  features: {
    counts: [5, 10, 20, 40, 60, 80, 90, 95, 100, 105, 110, 120, 150, 200, 400, 1000],
    examples: 100,
    inputs: 20,
    test: 300,
    repeats: 30,
    noise: 0.3,
  },
  linear: {
    counts: [2, 5, 10, 15, 20, 25, 30, 35, 38, 40],
    examples: 400,
    inputs: 40,
    test: 300,
    repeats: 60,
    noise: 0,
  },
};
const plans: Record<Setting['size'], Plan> = {
  smoke: {
    trees: { repeats: 2, test: 20, members: 2 },
    widths: { widths: [1, 2], runs: 2, examples: 20, test: 20, epochs: 1 },
    features: { counts: [5, 20, 60], examples: 20, inputs: 5, test: 30, repeats: 5, noise: 0.3 },
    linear: { counts: [10, 20], examples: 80, inputs: 20, test: 100, repeats: 40, noise: 0 },
  },
  usual,
  full: {
    ...usual,
    trees: { repeats: 500, test: 1000, members: 10 },
    widths: { ...usual.widths, widths: [...usual.widths.widths, 256, 512], test: 2000, runs: 40, epochs: 500 },
    features: { ...usual.features, repeats: 200 },
  },
};

async function run({ size, seed, data, log }: Setting): Promise<Findings> {
  const plan = plans[size];
  const app = createApp({ plugins: [trees] });
  log(`trees on ${plan.trees.repeats} training sets`);
  const ofTrees = await decomposeTrees(app, plan.trees, seed);
  log('least squares on random features');
  const random = new RandomSource(seed).child('features');
  const features = randomFeatures({ ...plan.features, activation: relu }, random);
  const linear = randomFeatures({ ...plan.linear, activation: (sum) => sum }, random);
  log(`networks by width, each on ${plan.widths.runs} × ${plan.widths.examples} images`);
  const images = await imagesOf({ ...(data !== undefined && { data }) });
  const widths = await decomposeWidths(app, plan.widths, images, { seed, log });
  await app.close();
  return findingsOf({
    ...ofTrees,
    repeats: plan.trees.repeats,
    members: plan.trees.members,
    widths,
    features,
    examples: plan.features.examples,
    linear,
    inputs: plan.linear.inputs,
  });
}

export const definition: Experiment = {
  name: 'bias-variance',
  about: 'Bias and variance of trees and bagged trees, of networks by width, and of least squares on random features.',
  source:
    "scikit-learn's example 'Single estimator versus bagging'; Geman et al. 1992; Belkin et al. 2019; Yang et al. 2020",
  run,
};
