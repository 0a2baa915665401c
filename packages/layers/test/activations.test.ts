import test from 'ava';
import { applyLayer, choiceOf, testCases } from '@adjoint/reference-values';
import { layers } from '../src/index.js';

interface Activation {
  readonly op: 'relu' | 'sigmoid' | 'tanh' | 'softmax';
  readonly axis?: number;
}

testCases<Activation>(test, {
  file: new URL('../../test/activations.json', import.meta.url),
  plugins: [layers],
  compute: (app, { x }, { op, ...options }) => ({ y: applyLayer(app, choiceOf(op, options), [x!]).output }),
});
