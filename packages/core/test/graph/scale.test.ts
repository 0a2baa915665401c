import test from 'ava';
import { concatenate, Engine, ofScale, scaleOf } from '../../src/index.js';
import { ReferenceBackend } from '../../src/backend/index.js';

const engine = new Engine(new ReferenceBackend());
const x = engine.tensor([
  [1, 2],
  [3, 4],
]);
const weight = engine.variable([
  [1, 0],
  [0, 1],
]).value;
const dense = x.matmul(weight).add(weight.sum(0));

test('activations say what they make, also of elements that were moved since', (t) => {
  t.is(scaleOf(x.sigmoid()), 'probabilities');
  t.is(scaleOf(x.softmax(0)), 'probabilities');
  t.is(scaleOf(x.logSoftmax()), 'logProbabilities');
  t.is(scaleOf(x.softmax().reshape([4, 1]).transpose().cast('float64')), 'probabilities');
  t.is(scaleOf(concatenate([x.sigmoid(), x.sigmoid()], 1).slice([0, 1])), 'probabilities');
  t.is(scaleOf(x.softmax().log()), undefined);
  t.is(scaleOf(ofScale(x.exp().div(x.exp().sum(1, true)), 'probabilities')), 'probabilities');
});

test('sums and products with variables are logits; what shows nothing is not judged', (t) => {
  t.is(scaleOf(dense), 'logits');
  t.is(scaleOf(dense.reshape([4]).mul(2)), 'logits');
  t.is(scaleOf(x), undefined);
  t.is(scaleOf(dense.relu()), undefined);
  // Means of probabilities are probabilities, or may be.
  t.is(scaleOf(dense.softmax().add(dense.sigmoid()).mul(0.5)), undefined);
});

test('several outputs side by side are of a scale only if all are', (t) => {
  t.is(scaleOf(concatenate([dense, dense.mul(2)], 1)), 'logits');
  t.is(scaleOf(concatenate([dense.sigmoid(), dense], 1)), undefined);
});

test('deep chains of shared sums and joins are walked once', (t) => {
  let sum = x;
  for (let i = 0; i < 100; i++) sum = sum.add(sum);
  t.is(scaleOf(sum), undefined);
  let joined = x;
  for (let i = 0; i < 40; i++) joined = concatenate([joined, joined], 1).slice([0, 0], [2, 2]);
  t.is(scaleOf(joined), undefined);
});
