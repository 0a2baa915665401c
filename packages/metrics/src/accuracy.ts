import { defineMetric, hostTensor } from '@adjoint/core';
import { object } from '@adjoint/core/options';
import { predictedClasses, targetClasses } from './classes.js';

/** Share of examples whose greatest output is that of their class. */
export const accuracy = defineMetric({
  options: object({}),
  formula: 'accuracy = correct/all',
  create: () => ({
    init: () => ({ correct: hostTensor(0), count: hostTensor(0) }),
    update({ correct, count }, { output, targets }) {
      const hits = predictedClasses(output).equal(targetClasses(targets)).cast('float32');
      return { correct: correct!.add(hits.sum()), count: count!.add(hits.size) };
    },
    finish: ({ correct, count }) => correct!.data[0]! / count!.data[0]!,
  }),
});
