import test from 'ava';
import { main } from '../src/custom-optimizer.js';

test('signum lowers the loss', async (t) => {
  const history = await main();
  t.true(history.at(-1)!.metrics['loss']! < history[0]!.metrics['loss']! / 2);
  t.true(history.at(-1)!.metrics['accuracy']! > 0.8);
});
