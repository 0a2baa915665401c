import { defineMetric, iota, logicalAnd, logicalOr, where } from '@adjoint/core';
import { count, documented, object, optional } from '@adjoint/core/options';
import { meanMetric } from './means.js';
import { ignoredClass, outputScale, outputCount, predictedClasses, probabilitiesOf, targetClasses } from './outputs.js';

/** Share of examples, or of their places, whose greatest output is that of their class. */
export const accuracy = defineMetric({
  options: object({ scale: outputScale, ignoreIndex: ignoredClass }),
  formula: 'accuracy = correct/all',
  examples: [{ output: [3, 2] }, { output: [1] }],
  create: ({ scale, ignoreIndex }) =>
    meanMetric({ targets: 'classes', ignoredClass: ignoreIndex }, ({ output, target }) =>
      predictedClasses(output, scale).equal(targetClasses(target)).cast('float32'),
    ),
});

/** Share of examples, or of their places, whose class is among the k with the greatest outputs. */
export const topK = defineMetric({
  options: object({ scale: outputScale, k: documented(optional(count, 5), 'How many classes may be named.') }),
  formula: 'share of examples with |{j: y_j > y_c}| < k; of equal outputs the later class comes first',
  examples: [
    { options: { k: 2 }, output: [4, 2] },
    { options: { k: 1 }, output: [1] },
  ],
  create: ({ k, scale }) =>
    meanMetric({ targets: 'classes' }, ({ output: given, target }) => {
      const output = outputCount(given) > 1 ? given : probabilitiesOf(given, scale);
      const classes = targetClasses(target).expandDims(1);
      const numbers = iota(output.shape, 1, 'int32');
      const own = where(numbers.equal(classes), output, 0).sum(1, true);
      const before = output.greater(own);
      const beside = logicalAnd(output.equal(own), numbers.greater(classes));
      return logicalOr(before, beside).cast('float32').sum(1).less(k).cast('float32');
    }),
});
