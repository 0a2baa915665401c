import { createApp } from 'adjoint';
import { fashionMnist, loadIdxDirectory } from '@adjoint/data/node';
import type { Experiment, Setting } from '@adjoint/experiment';
import { equivarianceChart, filmChart, filterChart, passChart, robustnessChart, signalChart } from './charts.js';
import { equivariance, robustness, samples, type RobustnessPlan } from './equivariance.js';
import { filter1d, filter2d, filter3d, kernels2d } from './filters.js';
import { imageOf } from './images.js';
import { agreements, passes } from './passes.js';
import { conclusionsOf, exactBeside } from './report.js';

const shifts = [0, 1, 2, 3, 4, 5, 6, 7, 8];
const plans: Readonly<Record<Setting['size'], RobustnessPlan>> = {
  smoke: { images: 100, tested: 50, epochs: 1, shifts: [0, 4, 8] },
  usual: { images: 2000, tested: 1000, epochs: 10, shifts },
  full: { images: 20_000, tested: 10_000, epochs: 10, shifts },
};

export const kernels: Experiment = {
  name: 'kernels',
  about: 'What a kernel does: filters in 1-D, 2-D and 3-D, translation equivariance, both passes as convolutions',
  source: 'identities, derived in docs/convolution.md; published is what they say',
  async run({ size, seed, data, log }) {
    const app = createApp();
    try {
      const images = data === undefined ? await fashionMnist() : await loadIdxDirectory(data);
      const image = await imageOf(images.train, 0);
      const row = image[Math.floor(image.length / 2)]!;
      const film = await filter3d(app, image, 9);
      const measured = await equivariance(samples(app, image, film.frames), 6);
      const agreed = await agreements(app);
      const kernel = kernels2d['upright edges']!;
      const one = await passes(app, image, kernel, [18, 16]);
      const all = await passes(app, image, kernel);
      log('Identities are measured; now two networks on moved images.');

      const wanted = plans[size];
      const plan = {
        ...wanted,
        images: Math.min(wanted.images, images.train.size),
        tested: Math.min(wanted.tested, images.test.size),
      };
      const robust = await robustness(app, images, plan, seed);
      return {
        figures: {
          equivariance: measured,
          gradients: agreed,
          film: film.responses.map(({ name, energy }) => ({ name, energy })),
          robustness: { ...plan, networks: robust },
        },
        published: exactBeside(measured, agreed, film),
        plots: {
          kernels: filterChart(image, await filter2d(app, image)),
          'kernels-1d': signalChart(row, await filter1d(app, row)),
          'kernels-3d': filmChart(film),
          'kernels-passes': passChart(image, { one, all }),
          'kernels-equivariance': equivarianceChart(measured),
          'kernels-moved': robustnessChart(robust, plan.shifts),
        },
        conclusions: conclusionsOf({ measured, agreed, film, robust, shifts: plan.shifts }),
      };
    } finally {
      await app.close();
    }
  },
};
