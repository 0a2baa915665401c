import { literal } from '../graph/primitives/literal.js';
import { broadcastTo } from '../graph/primitives/broadcast-to.js';
import { Tensor } from '../graph/tensor.js';
import type { Figure, Metric } from '../training/metric.js';
import { scoredOf } from '../training/scored.js';
import { Totals } from '../training/totals.js';
import { contextAt } from './context-at.js';

/** What a metric comes to over a pass of some batches. Losses are zeros where none are given. */
export async function metricFigures(
  metric: Metric,
  batches: readonly {
    readonly output: Tensor;
    readonly target?: Tensor;
    readonly weights?: Tensor;
    readonly losses?: Tensor;
  }[],
): Promise<Figure | Readonly<Record<string, Figure>>> {
  const { merge = 'sum' } = metric;
  const totals = new Totals((_, part) => (typeof merge === 'string' ? merge : (merge[part] ?? 'sum')));
  const asker = { who: 'metric under test', expects: metric };
  for (const { output, target, weights, losses } of batches) {
    const batch = { inputs: [output], targets: target ? [target] : [], weights } as const;
    const zeros = broadcastTo(literal(0, 'float32'), [output.shape[0] ?? 1]);
    const parts = metric.measure(scoredOf(batch, [output], {}, { losses: losses ?? zeros }, asker), contextAt(0));
    const read = Object.entries(parts).map(
      async ([part, value]) => [part, value instanceof Tensor ? await value.read() : value] as const,
    );
    totals.add({ metric: Object.fromEntries(await Promise.all(read)) });
  }
  return metric.finish(totals.of('metric'));
}
