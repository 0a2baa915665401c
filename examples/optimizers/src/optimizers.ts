import { createApp, type Dataset } from 'adjoint';
import { view } from '@adjoint/data';
import { fashionMnist, loadIdxDirectory } from '@adjoint/data/node';
import type { Experiment, Setting } from '@adjoint/experiment';
import { counterexampleChart, pathChart, tableChart } from './charts.js';
import { counterexample } from './counterexample.js';
import { paths, type Path } from './paths.js';
import { plane, surfaces, type SurfaceName } from './plane.js';
import { conclusionsOf, publishedBeside } from './report.js';
import { zeilerTable, type ZeilerPlan } from './zeiler.js';

interface Plan {
  readonly zeiler: ZeilerPlan;
  /** Training and test images; all if not given. */
  readonly images?: number;
  /** Steps of the counterexample. */
  readonly steps: number;
  /** Updates on each surface. */
  readonly updates: number;
  /** Learning rates (ε of Adadelta) of which each optimizer has its best on each surface. */
  readonly tried: readonly number[];
}

const table = { hidden: [500, 300], epochs: 6, batchSize: 100 } as const;
/** Half powers of ten. */
const powers = Array.from({ length: 11 }, (_, i) => Number((10 ** (-5 + i / 2)).toPrecision(2)));
const plans: Readonly<Record<Setting['size'], Plan>> = {
  smoke: {
    zeiler: { hidden: [16, 8], epochs: 1, batchSize: 50 },
    images: 200,
    steps: 600,
    updates: 30,
    tried: [1e-3, 1e-2],
  },
  usual: { zeiler: table, steps: 3000, updates: 500, tried: powers },
  full: { zeiler: table, steps: 30_000, updates: 3000, tried: powers },
};

export const optimizers: Experiment = {
  name: 'optimizers',
  about: 'Optimizers compared: a table of learning rates, a counterexample to Adam, ways down two surfaces',
  source:
    'Zeiler 2012 (arXiv:1212.5701), section 4.1; Reddi, Kale & Kumar 2018, theorem 1; Rosenbrock 1960; Beale 1958',
  async run({ size, seed, data, log }) {
    const plan = plans[size];
    const app = createApp({ plugins: [plane] });
    try {
      const trajectories = await counterexample(app, plan.steps);
      const ways: Partial<Record<SurfaceName, readonly Path[]>> = {};
      for (const on of Object.keys(surfaces) as SurfaceName[]) ways[on] = await paths(app, on, plan);
      const { rosenbrock = [], beale = [] } = ways;
      log('Counterexample and surfaces are done; now the table.');

      const all = data === undefined ? await fashionMnist() : await loadIdxDirectory(data);
      const firstOf = (whole: Dataset): Dataset =>
        view(whole, { indices: Int32Array.from({ length: plan.images ?? whole.size }, (_, i) => i) });
      const images = { train: firstOf(all.train), test: firstOf(all.test) };
      const cells = await zeilerTable(app, images, plan.zeiler, seed, ({ method, setting, error }) =>
        log(`${method} ${setting}: test error ${error.toFixed(2)} %`),
      );
      return {
        figures: {
          counterexample: trajectories.map(({ name, points }) => ({ name, end: points.at(-1)![1] })),
          surfaces: {
            rosenbrock: rosenbrock.map(withoutPoints),
            beale: beale.map(withoutPoints),
          },
          table: { ...plan.zeiler, images: images.train.size, tested: images.test.size, cells },
        },
        published: publishedBeside(trajectories, cells),
        plots: {
          optimizers: tableChart(cells),
          'optimizers-rosenbrock': pathChart('rosenbrock', rosenbrock),
          'optimizers-beale': pathChart('beale', beale),
          'optimizers-amsgrad': counterexampleChart(trajectories),
        },
        conclusions: conclusionsOf({ trajectories, rosenbrock, beale, cells }),
      };
    } finally {
      await app.close();
    }
  },
};

/** The plot has the points. */
function withoutPoints({ optimizer, setting, height, arrived }: Path) {
  return { optimizer, setting, height, arrived };
}
