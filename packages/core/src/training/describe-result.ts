import type { EpochResult, MetricValues } from '../model/build-context.js';
import { inspectable } from '../tensor/inspectable.js';
import type { FitResult } from './trainer-options.js';

/** Epochs shown at either end of a history. */
const shown = 3;

/** The same result, frozen, which consoles print in a few lines. */
export function printableResult(result: FitResult): FitResult {
  inspectable({ prototype: result }, describeResult);
  return Object.freeze(result);
}

function describeResult({ reason, detail, diverged, history }: FitResult): string {
  const left = history.length - 2 * shown;
  const lines = history.map(epochText);
  const why = detail === undefined ? '' : ` (${detail})`;
  const bad = diverged ? `; it diverged at step ${diverged.step}` : '';
  return [
    `FitResult: ${reason}${why} after ${history.length} epochs${bad}`,
    ...(left > 0 ? [...lines.slice(0, shown), `  … ${left} more in history`, ...lines.slice(-shown)] : lines),
  ].join('\n');
}

function epochText({ epoch, metrics, validation }: EpochResult): string {
  const text = (figures: MetricValues): string =>
    Object.entries(figures)
      .map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`)
      .join('  ');
  return `  epoch ${epoch}  ${text(metrics)}${validation ? `  validation: ${text(validation)}` : ''}`;
}
