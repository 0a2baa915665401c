import { ceil, defineMetric, hostTensor, metric, oneHot, type Figure, type Metric, type Scale } from '@adjoint/core';
import { count, documented, object, optional } from '@adjoint/core/options';
import { placeWeights } from './means.js';
import { outputScale, probabilitiesOf, targetClasses } from './outputs.js';

/** What is known of the examples whose confidence is in one bin. */
interface Bin {
  readonly weight: number;
  /** Mean probability of the predicted class. */
  readonly confidence: number;
  /** Share of right predictions. */
  readonly accuracy: number;
}

const options = object({
  scale: outputScale,
  bins: documented(optional(count, 15), 'Number of bins of equal width between 0 and 1.'),
});

function binMetric(
  { scale, bins }: { readonly scale?: Scale | undefined; readonly bins: number },
  finish: (table: readonly Bin[]) => Figure,
): Metric {
  return metric({
    targets: 'classes',
    measure(batch) {
      const { output, target } = batch;
      const probabilities = probabilitiesOf(output, scale);
      const confidence = probabilities.max(1);
      const right = probabilities.argMax(1).equal(targetClasses(target)).cast(confidence.dtype);
      // Bin m holds confidences above m/bins, up to (m + 1)/bins.
      const bin = ceil(confidence.mul(bins))
        .sub(1)
        .clamp(0, bins - 1)
        .cast('int32');
      const inBin = oneHot(bin.reshape([-1]), bins, confidence.dtype);
      const counts = placeWeights(batch, confidence)?.reshape([-1, 1]);
      const counted = counts ? inBin.mul(counts) : inBin;
      const sum = (values: typeof confidence) => counted.mul(values.reshape([-1, 1])).sum(0);
      return { weight: counted.sum(0), confidence: sum(confidence), right: sum(right) };
    },
    finish({ weight, confidence, right }) {
      return finish(
        Array.from(weight.data, (own, i) => ({
          weight: own,
          confidence: own === 0 ? NaN : confidence.data[i]! / own,
          accuracy: own === 0 ? NaN : right.data[i]! / own,
        })),
      );
    },
  });
}

/** How far the probability of the predicted class is from how often it is right, on average over bins. */
export const calibrationError = defineMetric({
  options,
  formula: 'ECE = Σ_m n_m/n·|accuracy_m − mean confidence_m|',
  source: 'Guo et al. 2017, equation 3',
  examples: [{ options: { bins: 4 } }, { options: { bins: 4 }, output: [1] }],
  create: (given) =>
    binMetric(given, (table) => {
      const filled = table.filter(({ weight }) => weight > 0);
      const sum = filled.reduce((all, { weight }) => all + weight, 0);
      return (
        filled.reduce((all, { weight, confidence, accuracy }) => all + weight * Math.abs(accuracy - confidence), 0) /
        sum
      );
    }),
});

/** The table of a reliability diagram: for each bin its weight, mean confidence and accuracy (NaN where it is empty). */
export const reliabilityDiagram = defineMetric({
  options,
  description: 'For each bin of confidence its weight, mean confidence and accuracy, which are NaN where it is empty.',
  source: 'Guo et al. 2017, figure 1',
  examples: [{ options: { bins: 4 } }, { options: { bins: 4 }, output: [1] }],
  create: (given) =>
    binMetric(given, (table) =>
      hostTensor(
        Float64Array.from(table.flatMap(({ weight, confidence, accuracy }) => [weight, confidence, accuracy])),
        [table.length, 3],
      ),
    ),
});
