import { barChart, lineChart } from '@adjoint/plots';
import type { MethodSummary } from './summary.js';
import type { Plan } from './train.js';

export function plotsOf(summaries: readonly MethodSummary[], plan: Plan): Record<string, string> {
  const setting = `${plan.images} images of Fashion-MNIST, ${plan.epochs} epochs; mean and 95 % interval of ${plan.seeds} seeds`;
  const named = (...names: readonly string[]) => summaries.filter(({ name }) => names.includes(name));
  const least = Math.min(...summaries.map(({ testAccuracy }) => testAccuracy.low));
  return {
    regularizers: barChart({
      title: 'Test accuracy by regularizer',
      subtitle: `${setting}; ring: the plain network`,
      x: {
        label: 'test accuracy',
        domain: [Math.floor(20 * least) / 20, Math.max(...summaries.map((s) => s.testAccuracy.high)) + 0.005],
      },
      bars: summaries.map(({ name, testAccuracy: { mean, low, high } }) => ({
        label: name,
        value: mean,
        interval: [low, high] as const,
        reference: summaries[0]?.testAccuracy.mean ?? mean,
      })),
    }),
    'regularizers-gap': barChart({
      title: 'Gap between training and test accuracy',
      subtitle: setting,
      x: { label: 'training accuracy − test accuracy' },
      bars: summaries.map(({ name, gap: { mean, low, high } }) => ({
        label: name,
        value: mean,
        interval: [low, high] as const,
      })),
    }),
    'regularizers-epochs': lineChart({
      title: 'Loss of validation by epoch',
      subtitle: `${plan.images} images of Fashion-MNIST, mean of ${plan.seeds} seeds; lines end where a seed stopped early`,
      x: { label: 'epoch' },
      y: { label: 'cross-entropy of the validation images' },
      series: named(
        'none',
        'early stopping',
        'augmentation',
        'label smoothing',
        'mixup',
        'dropout',
        'four together',
      ).map(({ name, validationLoss }) => ({
        name,
        points: validationLoss.map((loss, epoch) => [epoch + 1, loss] as const),
      })),
    }),
    'regularizers-calibration': lineChart({
      title: 'Reliability on the test images',
      subtitle: 'Above the diagonal a network is right more often than it says, below less often; ECE in brackets',
      x: { label: 'mean confidence of a bin', domain: [0, 1] },
      y: { label: 'share of right answers', domain: [0, 1] },
      dots: true,
      series: [
        ...named('none', 'label smoothing', 'mixup').map(({ name, reliability, calibrationError }) => ({
          name: `${name} (${calibrationError.mean.toFixed(3)})`,
          points: reliability
            // A bin of a few images says little.
            .filter(([count]) => count >= 20)
            .map(([, confidence, accuracy]) => [confidence, accuracy] as const),
        })),
        { name: 'calibrated', points: [[0, 0] as const, [1, 1] as const], dashed: true, color: '#888' },
      ],
    }),
  };
}
