import test from 'ava';
import { parseArguments } from '../src/arguments.js';
import { works } from '../src/works.js';

test('without options everything is measured', (t) => {
  t.deepEqual(parseArguments([]), { works, quick: false, growth: false });
});

test('--only picks works, in the order of the table, however they are listed', (t) => {
  const chosen = parseArguments([
    '--only',
    'cnn-step,matmul-256',
    '--only',
    'mlp-step',
    '--quick',
    '--json',
    'rows.json',
  ]);
  t.deepEqual(
    chosen.works.map(({ name }) => name),
    ['matmul-256', 'cnn-step', 'mlp-step'],
  );
  t.true(chosen.quick);
  t.is(chosen.json, 'rows.json');
});

test('an unknown work is refused with a list of those there are', (t) => {
  t.throws(() => parseArguments(['--only', 'cnn']), { message: /no work 'cnn'.*tile-loop, .*cnn-step/ });
});

test('an unknown option is refused', (t) => {
  t.throws(() => parseArguments(['--fast']), { message: /--fast/ });
});
