import test from 'ava';
import { testPlugin } from '@adjoint/core/testing';
import { main, squeezeExcitePlugin } from '../src/custom-layer.js';

testPlugin(test, { plugin: squeezeExcitePlugin });

test('a model with the layer learns the digits', async (t) => {
  t.true((await main())['accuracy']! > 0.9);
});
