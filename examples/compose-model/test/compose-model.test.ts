import test from 'ava';
import { main } from '../src/compose-model.js';

test('both models learn the digits', async (t) => {
  const { plain, residual } = await main();
  // Ten classes: a guess is right once in ten.
  t.true(plain['accuracy']! > 0.9);
  t.true(residual['accuracy']! > 0.9);
});
