import type { Published } from '@adjoint/experiment';
import { signOf, type MethodSummary } from './summary.js';
import type { Plan } from './train.js';

/** Published figures are of other data and far larger networks: what can be compared is the direction. */
export function publishedOf(summaries: readonly MethodSummary[]): Published[] {
  const of = (name: string): MethodSummary => {
    const found = summaries.find((summary) => summary.name === name);
    if (!found) throw new Error(`There is no method '${name}'.`);
    return found;
  };
  const gain = (name: string): string => `${points(of(name).gain.mean)} (${interval(of(name))})`;
  return [
    {
      figure: 'cutmix, accuracy against none',
      published: '+2.22 points',
      ours: gain('cutmix'),
      note: 'Yun et al. 2019: CIFAR-100, PyramidNet-200, error 16.45 % to 14.23 %',
    },
    {
      figure: 'mixup, accuracy against none',
      published: '+0.82 points',
      ours: gain('mixup'),
      note: 'the same table: 16.45 % to 15.63 %',
    },
    {
      figure: 'label smoothing, accuracy against none',
      published: '+0.2 points',
      ours: gain('label smoothing'),
      note: 'Szegedy et al. 2016: ImageNet, Inception-v3',
    },
    {
      figure: 'label smoothing, calibration error',
      published: 'falls',
      ours: `${of('none').calibrationError.mean.toFixed(3)} to ${of('label smoothing').calibrationError.mean.toFixed(3)}`,
      note: 'Müller et al. 2019: CIFAR-100 and ImageNet',
    },
    {
      figure: 'augmentation, accuracy against none',
      published: '+0.3 points',
      ours: gain('augmentation'),
      note: "two convolutions in Fashion-MNIST's table: 91.6 % to 91.9 %",
    },
  ];
}

export function conclusionsOf(summaries: readonly MethodSummary[], { seeds }: Plan): string[] {
  const [plain, ...others] = summaries;
  if (!plain) return [];
  const by = (sign: number) => others.filter(({ gain }) => signOf(gain) === sign);
  const best = others.reduce((a, b) => (b.testAccuracy.mean > a.testAccuracy.mean ? b : a));
  const smallest = others.reduce((a, b) => (b.gap.mean < a.gap.mean ? b : a));
  const unfinished = others.filter(({ stillGained }) => stillGained > 0.02);
  const calibrated = others.filter(({ calibrationChange }) => signOf(calibrationChange) < 0);
  return [
    `The plain network comes to ${percent(plain.trainAccuracy.mean)} in training and ${percent(plain.testAccuracy.mean)} in the test, a gap of ${percent(plain.gap.mean)}.`,
    `Better than it, with a 95 % interval of the paired difference over ${seeds} seeds that leaves out 0: ${list(by(1))}. Worse: ${list(by(-1))}. Not told apart: ${list(by(0))}.`,
    `The gap is smaller with ${list(others.filter(({ gapChange }) => signOf(gapChange) < 0))}; it is smallest with ${smallest.name} (${percent(smallest.gap.mean)}), whose test accuracy is ${percent(smallest.testAccuracy.mean)}${smallest.name === best.name ? ', the best' : `, and not the best: a small gap alone is no aim`}.`,
    `The best test accuracy is that of ${best.name}: ${percent(best.testAccuracy.mean)}, ${points(best.gain.mean)} (${interval(best)}).`,
    `The calibration error is smaller than without regularizers (${plain.calibrationError.mean.toFixed(3)}) with ${list(calibrated, ({ calibrationError }) => calibrationError.mean.toFixed(3))}.`,
    unfinished.length > 0
      ? `Training accuracy still rose by more than 2 % of its way in the last quarter of the epochs with ${list(unfinished)}, which a longer run (--full) would serve better.`
      : 'No training accuracy rose by more than 2 % of its way in the last quarter of the epochs: the runs were long enough.',
    ...mixing(summaries),
  ];
}

/** Whether cutmix and mixup come in the order of Yun et al. 2019. */
function mixing(summaries: readonly MethodSummary[]): string[] {
  const [mixup, cutmix] = ['mixup', 'cutmix'].map((name) => summaries.find((summary) => summary.name === name));
  if (!mixup || !cutmix) return [];
  const difference = cutmix.testAccuracy.mean - mixup.testAccuracy.mean;
  const isLikely = Math.abs(difference) > cutmix.testAccuracy.high - cutmix.testAccuracy.mean;
  return [
    `Cutmix is ${points(Math.abs(difference)).slice(1)} ${difference > 0 ? 'above' : 'below'} mixup${isLikely ? '' : ', less than its interval'}; in Yun et al. (2019) it is above.`,
  ];
}

function list(summaries: readonly MethodSummary[], figure?: (summary: MethodSummary) => string): string {
  if (summaries.length === 0) return 'none';
  return summaries.map((summary) => `${summary.name}${figure ? ` (${figure(summary)})` : ''}`).join(', ');
}

function interval({ gain }: MethodSummary): string {
  return `${points(gain.low).replace(' points', '')} to ${points(gain.high)}`;
}

function points(share: number): string {
  return `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(2)} points`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
