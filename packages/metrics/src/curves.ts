import { defineMetric, metric, type Metric } from '@adjoint/core';
import { documented, object, oneOf, optional } from '@adjoint/core/options';
import { placeWeights } from './means.js';
import { outputCount, outputScale, probabilitiesOf, targetClasses } from './outputs.js';

// Areas under curves over all thresholds, exact: every score of the pass is kept.

interface Ranked {
  readonly score: number;
  readonly isPositive: boolean;
  readonly weight: number;
}

/** Weight of positive and negative examples at one score. */
interface Step {
  readonly positive: number;
  readonly negative: number;
}

/** Examples by falling score; those of one score are one step. */
function stepsOf(ranked: readonly Ranked[]): readonly Step[] {
  const steps: { positive: number; negative: number }[] = [];
  let last = NaN;
  for (const { score, isPositive, weight } of ranked.toSorted((a, b) => b.score - a.score)) {
    if (score !== last) steps.push({ positive: 0, negative: 0 });
    last = score;
    steps.at(-1)![isPositive ? 'positive' : 'negative'] += weight;
  }
  return steps;
}

const examples = [
  { output: [1] },
  { output: [2, 2] },
  { options: { scale: 'probabilities', average: 'weighted' }, output: { shape: [3], low: 0, high: 1 } },
] as const;

const options = object({
  scale: outputScale,
  average: documented(
    optional(oneOf('macro', 'weighted'), 'macro'),
    'How several classes are averaged, each against the rest: all alike, or by their support.',
  ),
});

/** An area for class 1 of two, or a mean of those of all classes that occur. */
function areaMetric(
  area: (steps: readonly Step[]) => number,
): (options: {
  readonly scale?: Parameters<typeof probabilitiesOf>[1];
  readonly average: 'macro' | 'weighted';
}) => Metric {
  return ({ scale, average }) =>
    metric({
      targets: 'classes',
      merge: 'concatenate',
      measure(batch) {
        const { output, target } = batch;
        const labels = targetClasses(target).reshape([-1]);
        const { rank } = output;
        // The order of single outputs is that of their probabilities, without what rounding makes equal.
        const scores = outputCount(output) === 1 ? output : probabilitiesOf(output, scale);
        const last = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => axis !== 1);
        const counts = placeWeights(batch, targetClasses(target))?.reshape([-1]);
        return {
          scores: scores.transpose([...last, ...(rank > 1 ? [1] : [])]).reshape([labels.size, -1]),
          labels,
          ...(counts && { weights: counts }),
        };
      },
      finish({ scores, labels, weights }) {
        const [, columns = 1] = scores.shape;
        const of = (column: number, label: number): readonly Ranked[] =>
          Array.from(labels.data, (own, i) => ({
            score: scores.data[i * columns + column]!,
            isPositive: own === label,
            weight: weights?.data[i] ?? 1,
          }));
        if (columns <= 2) return area(stepsOf(of(columns - 1, 1)));
        let [sum, count] = [0, 0];
        for (let label = 0; label < columns; label++) {
          const ranked = of(label, label);
          const support = ranked.reduce((all, { isPositive, weight }) => all + (isPositive ? weight : 0), 0);
          if (support === 0) continue;
          const share = average === 'macro' ? 1 : support;
          sum += share * area(stepsOf(ranked));
          count += share;
        }
        return sum / count;
      },
    });
}

/**
 * The probability that an example of the class scores above one of another, ties counting half: the area under the curve
 * of true over false positive rates. NaN where one of the two is missing.
 */
export const rocAuc = defineMetric({
  options,
  formula: 'AUC = P(y⁺ > y⁻) + ½·P(y⁺ = y⁻)',
  source: 'Hanley & McNeil 1982',
  examples,
  create: areaMetric((steps) => {
    let [area, found, missed] = [0, 0, 0];
    for (const { positive, negative } of steps) {
      area += negative * (found + positive / 2);
      found += positive;
      missed += negative;
    }
    return area / (found * missed);
  }),
});

/** Average precision: the area under precision over recall, in steps as they are. NaN where no example is positive. */
export const prAuc = defineMetric({
  options,
  formula: 'AP = Σ_n (R_n − R_{n−1})·P_n over thresholds of falling score',
  examples,
  create: areaMetric((steps) => {
    let [area, found, named] = [0, 0, 0];
    for (const { positive, negative } of steps) {
      found += positive;
      named += positive + negative;
      area += named === 0 ? 0 : (positive * found) / named;
    }
    return area / found;
  }),
});
