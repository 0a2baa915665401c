import type { MetricValues } from '@adjoint/core';

/** Figures on a line: `loss 0.1234  accuracy 0.9500`. */
export function figuresText(figures: MetricValues): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${value.toFixed(4)}`)
    .join('  ');
}
