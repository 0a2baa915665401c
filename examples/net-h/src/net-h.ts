import { AdjointError } from 'adjoint';
import type { Experiment, Findings, Setting } from '@adjoint/experiment';
import { lineChart } from '@adjoint/plots';
import { train, type Run } from './train.js';

/** Of the notebook: test accuracy on Fashion-MNIST, and losses of batches before the updates 0, 60 and 120. */
const published = {
  accuracy: 0.9247,
  images: 60_000,
  losses: [
    [0, 2.3013],
    [60, 0.53],
    [120, 0.38],
  ],
} as const;

const plans = {
  smoke: { images: 200, testImages: 100, batchSize: 100, epochs: 2 },
  usual: { images: 8000, testImages: 10_000, batchSize: 1000, epochs: 30 },
  full: { images: Infinity, testImages: Infinity, batchSize: 1000, epochs: 30 },
};

export const netH: Experiment = {
  name: 'net-h',
  about:
    'Two convolutions of 5 × 5 and one dense layer, 83,466 parameters, on Fashion-MNIST: Adam at 1e-3, batches of 1,000, 30 epochs.',
  source:
    'hardmaru, pytorch_tiny_custom_mnist_adam; listed with 92.5 % in the benchmark table of Fashion-MNIST (Xiao et al. 2017)',
  async run(setting) {
    if (setting.size === 'full' && setting.data === undefined)
      throw new AdjointError(
        'OPTIONS_INVALID',
        'net-h: --full is about the 60,000 training images, which do not come with the project; give their directory by --data DIR.',
      );
    return findingsOf(await train(setting, plans[setting.size]), setting);
  },
};

function findingsOf(run: Run, { size }: Pick<Setting, 'size'>): Findings {
  const { parameters, images, testImages, epochs, batchSize, losses, test, interval, calibrationError } = run;
  const accuracy = test.at(-1)!.accuracy;
  const note = `${images} training images, ${losses.length} updates; published: ${published.images}, 1800`;
  const lossAt = (update: number): number => losses[update] ?? Number.NaN;
  return {
    figures: { parameters, images, testImages, epochs, batchSize, accuracy, interval, calibrationError, test, losses },
    published: [
      { figure: 'parameters', published: 83_466, ours: parameters },
      { figure: 'test accuracy', published: published.accuracy, ours: digits(accuracy, 4), note },
      ...published.losses
        .filter(([update]) => update < losses.length)
        .map(([update, loss]) => ({
          figure: `loss of the batch after ${update} updates`,
          published: loss,
          ours: digits(lossAt(update), 4),
          ...(update > 0 && images < published.images && { note: `images seen ${times(update, run)} times before` }),
        })),
    ],
    plots: { 'net-h': accuracyPlot(run), 'net-h-loss': lossPlot(run) },
    conclusions: size === 'smoke' ? ['Too short a run to conclude from.'] : conclusionsOf(run, accuracy),
  };
}

function conclusionsOf({ images, testImages, interval, test, losses }: Run, accuracy: number): string[] {
  const { low, high } = interval;
  const holds = published.accuracy >= low && published.accuracy <= high;
  const best = test.reduce((a, b) => (b.accuracy > a.accuracy ? b : a));
  const isWhole = images >= published.images;
  return [
    `Test accuracy is ${percent(accuracy)} (95 % interval over the ${testImages} test images ${percent(low)} to ${percent(high)}), which ${holds ? 'agrees with' : `is ${percent(Math.abs(accuracy - published.accuracy))} ${accuracy < published.accuracy ? 'below' : 'above'}`} the published ${percent(published.accuracy)}.`,
    isWhole
      ? 'The training images are all that the published run had.'
      : `It was trained on ${images} images instead of ${published.images}, and for ${losses.length} updates instead of 1800, so the two are not the same experiment.`,
    `After the last epoch training accuracy is ${percent(test.at(-1)!.train)}, ${percent(test.at(-1)!.train - accuracy)} above that of the test; the best epoch of the test was ${best.epoch} of ${test.length}.`,
    ...published.losses.slice(1).flatMap(([update, loss]) => {
      const ours = losses[update];
      if (ours === undefined) return [];
      const near = Math.abs(ours - loss) <= 0.1 * loss;
      return [
        `After ${update} updates the loss of a batch is ${digits(ours, 3)}, ${near ? 'within a tenth of' : ours < loss ? 'below' : 'above'} the published ${loss}.`,
      ];
    }),
  ];
}

function accuracyPlot({ test, images, testImages }: Run): string {
  return lineChart({
    title: 'Net H on Fashion-MNIST',
    subtitle: `${images} training and ${testImages} test images; dashed: 92.47 %, published for 60,000 training images`,
    x: { label: 'epoch' },
    y: { label: 'accuracy' },
    series: [
      { name: 'test', points: test.map(({ epoch, accuracy }) => [epoch, accuracy] as const) },
      { name: 'training', points: test.map(({ epoch, train: own }) => [epoch, own] as const) },
    ],
    levels: [{ value: published.accuracy, color: '#000' }],
  });
}

function lossPlot({ losses, images }: Run): string {
  return lineChart({
    title: 'Loss of each batch of 1,000',
    x: { label: 'update' },
    y: { label: 'cross-entropy' },
    series: [
      { name: `ours, ${images} images`, points: losses.map((loss, update) => [update, loss] as const) },
      { name: 'published, 60,000 images', points: published.losses, dashed: true },
    ],
  });
}

function times(update: number, { batchSize, images }: Run): string {
  return ((update * batchSize) / images).toFixed(1);
}

function digits(value: number, count: number): number {
  return Number(value.toFixed(count));
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
