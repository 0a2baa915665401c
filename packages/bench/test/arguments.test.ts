import test from 'ava';
import { parseArguments } from '../src/arguments.js';
import { runners } from '../src/runners.js';
import { works } from '../src/works.js';

test('without options everything is measured', (t) => {
  t.deepEqual(parseArguments([]), { works, runners, quick: false, growth: false });
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

test('--runner picks programs, with all their numbers of threads', (t) => {
  const { runners: chosen } = parseArguments(['--runner', 'pytorch,adjoint-wasm']);
  t.deepEqual(
    chosen.map(({ name, threads }) => `${name} ${threads}`),
    ['adjoint-wasm 1', 'adjoint-wasm 2', 'pytorch 1', 'pytorch 2'],
  );
  t.throws(() => parseArguments(['--runner', 'torch']), { message: /no runner 'torch'.*adjoint-wasm, .*pytorch/ });
});

test('an unknown option is refused', (t) => {
  t.throws(() => parseArguments(['--fast']), { message: /--fast/ });
});
