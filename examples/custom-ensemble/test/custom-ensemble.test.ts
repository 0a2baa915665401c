import test from 'ava';
import { testPlugin } from '@adjoint/core/testing';
import { main, medianBaggingPlugin } from '../src/custom-ensemble.js';

testPlugin(test, { plugin: medianBaggingPlugin });

test('the vote is better than its average member', async (t) => {
  const { members, ensemble } = await main();
  const mean = members.reduce((sum, accuracy) => sum + accuracy, 0) / members.length;
  t.true(mean > 0.7);
  t.true(ensemble >= mean, `${ensemble} against ${mean}`);
});
