import { defineRegularizer, type EpochResult, type Warning } from '@adjoint/core';
import { count, documented, fraction, object, optional, rate } from '@adjoint/core/options';

interface Bounds {
  readonly patience: number;
  readonly gap: number;
  readonly tolerance: number;
  readonly enough?: number | undefined;
}

/** Warns of over-fitting and under-fitting, and changes nothing. The details of the warning are what it judged by. */
export const fitMonitor = defineRegularizer({
  options: object({
    patience: documented(optional(count, 3), 'Epochs that are looked at together.'),
    gap: documented(
      optional(rate, 0.1),
      'How much higher than that of training the loss of the validation may be, as a share of its best.',
    ),
    tolerance: documented(
      optional(fraction, 0.01),
      'Share by which the loss of training must fall within that many epochs to be still on its way.',
    ),
    enough: documented(
      optional(rate),
      'Loss of training that is low enough; half that of the first epoch if not given.',
    ),
  }),
  description:
    'Warns of over-fitting (the loss of the validation rises while that of training falls, and lies above it) and of under-fitting (the loss of training stays high). Noise, dropout and mixup make losses of training higher than they are.',
  source: 'Goodfellow et al. 2016, section 5.2',
  create: (bounds) => ({
    notice(history) {
      const found = diagnose(history, bounds);
      return found?.code === diagnose(history.slice(0, -1), bounds)?.code ? undefined : found;
    },
  }),
});

function diagnose(history: readonly EpochResult[], { patience, gap, tolerance, enough }: Bounds): Warning | undefined {
  const last = history.at(-1);
  const before = history.at(-1 - patience);
  const [first] = history;
  if (!last || !before || !first) return undefined;
  const [training, trainingBefore] = [lossOf(last.metrics), lossOf(before.metrics)];
  const losses = history.flatMap(({ validation }) => (validation ? [lossOf(validation)] : []));
  const validation = losses.at(-1);
  if (validation !== undefined && losses.length === history.length) {
    const best = Math.min(...losses);
    const bestEpoch = losses.indexOf(best);
    const atBest = lossOf(history[bestEpoch]?.metrics ?? {});
    if (
      history.length - 1 - bestEpoch >= patience &&
      training < atBest &&
      validation - Math.max(best, training) > gap * Math.abs(best)
    ) {
      return {
        code: 'OVERFITTING',
        message: `The model over-fits: the loss of the validation was best at epoch ${bestEpoch + 1}, ${text(best)}, and is ${text(validation)}, while that of training fell from ${text(atBest)} to ${text(training)}. Stop earlier, regularize more, or find more data.`,
        details: { bestEpoch, best, validation, trainingAtBest: atBest, training },
      };
    }
  }
  const bound = enough ?? lossOf(first.metrics) / 2;
  if (training > bound && trainingBefore - training < tolerance * Math.abs(trainingBefore)) {
    return {
      code: 'UNDERFITTING',
      message: `The model under-fits: the loss of training went from ${text(trainingBefore)} to ${text(training)} in ${patience} epochs and is still above ${text(bound)}. Try another learning rate, a larger model, or less regularization.`,
      details: { trainingBefore, training, bound, ...(validation !== undefined && { validation }) },
    };
  }
  return undefined;
}

function lossOf(figures: EpochResult['metrics']): number {
  return figures['loss'] ?? NaN;
}

function text(value: number): string {
  return String(Number(value.toPrecision(4)));
}

declare module '@adjoint/core' {
  interface ErrorCodes {
    /**
     * A warning: the loss of the validation rises while that of training falls. Stop earlier, regularize more, or find
     * more data.
     */
    OVERFITTING: true;
    /** A warning: the loss of training stays high. Try another learning rate, a larger model, or less regularization. */
    UNDERFITTING: true;
  }
}
