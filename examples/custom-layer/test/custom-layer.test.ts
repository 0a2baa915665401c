import test from 'ava';
import { main } from '../src/custom-layer.js';

test('a model with the layer learns the digits', async (t) => {
  t.true((await main())['accuracy']! > 0.9);
});
