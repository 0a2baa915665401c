import test from 'ava';
import { distinctExpressions, type Expression } from '../../src/graph/index.js';

test('shared expressions are met once, however many paths lead to them', (t) => {
  const one: Expression = { kind: 'constant', dtype: 'float32', value: 1 };
  const chain: Expression[] = [one];
  // 2¹⁰⁰ paths lead from the last to the first.
  for (let i = 0; i < 100; i++) {
    const x = chain.at(-1)!;
    chain.push({ kind: 'binary', dtype: 'float32', operation: 'mul', x, y: x });
  }
  const found = distinctExpressions([chain.at(-1)!, one]);
  t.is(found.length, chain.length);
  t.true(chain.every((expression) => found.includes(expression)));
});
