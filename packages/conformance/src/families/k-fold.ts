import { hostTensor } from '@adjoint/core';
import { constant } from '@adjoint/core/primitives';
import { kFold, timeSeriesSplit } from '@adjoint/generalization';
import * as v from 'valibot';
import { operation, operations } from '../family.js';

const attributes = { folds: v.number(), count: v.number() };

/** What splits say of each example, as constants. */
export const kFolds = operations({
  kFold: operation({
    attributes,
    inputs: [],
    build(_, { folds, count }) {
      const fold = new Int32Array(count).fill(-1);
      kFold(count, { folds }).forEach(({ test }, i) => test.forEach((example) => (fold[example] = i)));
      return { fold: constant(hostTensor(fold)) };
    },
  }),
  timeSeries: operation({
    attributes,
    inputs: [],
    build(_, { folds, count }) {
      const role = new Int32Array(folds * count).fill(-1);
      timeSeriesSplit(count, { folds }).forEach(({ train, test }, i) => {
        train.forEach((example) => (role[i * count + example] = 0));
        test.forEach((example) => (role[i * count + example] = 1));
      });
      return { role: constant(hostTensor(role, [folds, count])) };
    },
  }),
});
