import test from 'ava';
import { testPlugin } from '@adjoint/core/testing';
import { main, signumPlugin } from '../src/custom-optimizer.js';

testPlugin(test, { plugin: signumPlugin });

test('signum lowers the loss', async (t) => {
  const history = await main();
  t.true(history.at(-1)!.metrics['loss']! < history[0]!.metrics['loss']! / 2);
  t.true(history.at(-1)!.metrics['accuracy']! > 0.8);
});
