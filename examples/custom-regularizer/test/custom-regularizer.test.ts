import test from 'ava';
import { testPlugin } from '@adjoint/core/testing';
import { main, spreadOutPlugin } from '../src/custom-regularizer.js';

testPlugin(test, { plugin: spreadOutPlugin });

test('the penalty falls and the model still learns', async (t) => {
  const history = await main();
  const [first, last] = [history[0]!, history.at(-1)!];
  t.true(last.metrics['loss']! < first.metrics['loss']!);
  t.true(last.validation!['accuracy']! > 0.85);
  // The loss is that of the data in both; the penalty stands beside it.
  t.true(last.metrics['loss']! + last.metrics['penalty']! > last.validation!['loss']!);
  t.is(last.validation!['penalty'], undefined);
});
