import { createApp } from 'adjoint';
import { imagesOf, type Experiment, type Setting } from '@adjoint/experiment';
import { conclusionsOf, publishedOf } from './conclusions.js';
import { methods } from './methods.js';
import { plotsOf } from './plots.js';
import { summaryOf, type MethodSummary } from './summary.js';
import { partsOf, run, type Parts, type Plan, type Run } from './train.js';

const plans: Readonly<Record<Setting['size'], Plan>> = {
  smoke: { images: 40, validationImages: 40, testImages: 40, seeds: 2, epochs: 2, batchSize: 20 },
  usual: { images: 1000, validationImages: 500, testImages: 10_000, seeds: 3, epochs: 30, batchSize: 50 },
  full: { images: 5000, validationImages: 1000, testImages: 10_000, seeds: 10, epochs: 200, batchSize: 50 },
};

export const regularizers: Experiment = {
  name: 'regularizers',
  about: 'Regularizers one by one and together, on few images and at equal length: accuracy, gap, calibration.',
  source:
    'Szegedy et al. 2016, Müller et al. 2019 (label smoothing); Zhang et al. 2018 (mixup); Verma et al. 2019 (manifold mixup); Yun et al. 2019 (cutmix); Srivastava et al. 2014 (dropout); Ioffe & Szegedy 2015 (batch normalization); Prechelt 1998 (early stopping)',
  async run(setting) {
    const plan = plans[setting.size];
    const summaries = await summariesOf(setting, plan);
    return {
      figures: { plan, methods: summaries },
      published: publishedOf(summaries),
      plots: plotsOf(summaries, plan),
      conclusions: setting.size === 'smoke' ? ['Too short a run to conclude from.'] : conclusionsOf(summaries, plan),
    };
  },
};

async function summariesOf(setting: Setting, plan: Plan): Promise<MethodSummary[]> {
  const images = await imagesOf(setting);
  const seeds = Array.from({ length: plan.seeds }, (_, i) => setting.seed + i);
  const parts = new Map<number, Parts>(seeds.map((seed) => [seed, partsOf(images, plan, seed)]));
  const app = createApp();
  try {
    const summaries: MethodSummary[] = [];
    let plain: readonly Run[] | undefined;
    for (const method of methods) {
      const runs: Run[] = [];
      for (const [seed, own] of parts) runs.push(await run(app, method, own, plan, seed));
      plain ??= runs;
      const summary = summaryOf(method.name, runs, plain);
      summaries.push(summary);
      const { testAccuracy, gap, calibrationError } = summary;
      setting.log(
        `${method.name}: test ${testAccuracy.mean.toFixed(4)}, gap ${gap.mean.toFixed(4)}, calibration error ${calibrationError.mean.toFixed(4)}`,
      );
    }
    return summaries;
  } finally {
    await app.close();
  }
}
