import test from 'ava';
import { classWeights, dataset } from '../src/index.js';

const labelled = (labels: readonly number[]) =>
  dataset({
    inputs: { data: new Float32Array(labels.length), shape: [labels.length, 1] },
    targets: { data: Int32Array.from(labels) },
  });

test('rare classes count as much as frequent ones', async (t) => {
  // n = 6, k = 2 of the three classes: 6/(2·4) and 6/(2·2).
  t.deepEqual(await classWeights(labelled([0, 0, 2, 0, 2, 0]), 3), [0.75, 1, 1.5]);
});

test('labels that are no classes are refused', async (t) => {
  await t.throwsAsync(classWeights(labelled([0, 3]), 3), { code: 'DATA_INVALID', message: /label 3; 3 classes/ });
  const unlabelled = dataset({ inputs: { data: new Float32Array(2), shape: [2, 1] } });
  await t.throwsAsync(classWeights(unlabelled, 3), { code: 'DATA_INVALID' });
  await t.throwsAsync(classWeights(labelled([0]), 0), { code: 'OPTIONS_INVALID' });
});
