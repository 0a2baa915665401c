import test from 'ava';
import * as functions from '../../src/graph/functions.js';
import { Engine, Tensor } from '../../src/index.js';
import { ReferenceBackend } from '../../src/backend/index.js';
import { isAdjointError } from '../../src/errors.js';
import { checkShape } from '../../src/tensor/shape.js';

// Callers from JavaScript may hand anything to a function. It gives a tensor of a possible shape, or an AdjointError.

const engine = new Engine(new ReferenceBackend());
const x = engine.tensor([
  [1, 2],
  [3, 4],
]);
const whole = engine.tensor(Int32Array.of(0, 1, 1, 0), [2, 2]);
const otherCopy = { ...x, primitive: x.primitive, evaluator: undefined };

/** These take no tensor, or a function that makes one. */
const sources = ['iota', 'literal', 'constant', 'perDimension', 'withVjp', 'scan'];

test('a scan refuses what is no step, no carries, or no tensors to walk along', (t) => {
  const step = (carry: [Tensor]) => ({ carry });
  for (const parameters of [
    [undefined, [x]],
    ['step', [x]],
    [step, x],
    [step, undefined],
    [step, [1], [x]],
    [step, [x], x],
    [step, [x], [x], null],
    [step, [x], [], {}],
  ]) {
    const error = t.throws(() => (functions.scan as (...all: unknown[]) => unknown)(...parameters));
    t.true(isAdjointError(error), String(error));
  }
});

type Callable = (...parameters: unknown[]) => unknown;
const all = Object.entries(functions as Record<string, unknown>).filter(
  (entry): entry is [string, Callable] => typeof entry[1] === 'function' && !sources.includes(entry[0]),
);

const byName = new Map(all);

const noTensors: [string, unknown, RegExp][] = [
  ['nothing', undefined, /undefined/],
  ['null', null, /null/],
  ['text', 'abc', /'abc'/],
  ['a truth value', true, /true/],
  ['an array', [1, 2], /array|undefined|1/],
  ['a typed array', Float32Array.of(1, 2), /array/],
  ['a variable', engine.variable([1, 2]), /variable\.value/],
  ['an object', {}, /Object/],
  ['a tensor of another copy', otherCopy, /another copy/],
];

test('there are functions to try', (t) => {
  t.true(all.length > 80);
});

for (const [what, wrong, message] of noTensors) {
  test(`${what} is refused as an operand by every function`, (t) => {
    const accepted: string[] = [];
    for (const [name, call] of all) {
      // Conditions may be truth values; a list may hold no tensors.
      if (wrong === true && name === 'where') continue;
      try {
        call(wrong, x, x);
        accepted.push(`${name} took it`);
      } catch (error) {
        if (!isAdjointError(error)) accepted.push(`${name}: ${String(error)}`);
        else if (!message.test((error as Error).message) && what !== 'an array')
          accepted.push(`${name}: ${String(error)}`);
      }
    }
    t.deepEqual(accepted, []);
  });

  test(`${what} is refused as a second operand`, (t) => {
    for (const name of [
      'add',
      'sub',
      'mul',
      'div',
      'pow',
      'atan2',
      'equal',
      'less',
      'greaterEqual',
      'maximum',
      'matmul',
    ] as const) {
      const error = t.throws(() => byName.get(name)?.(x, wrong), undefined, `${name}`);
      t.true(isAdjointError(error), `${name}: ${String(error)}`);
    }
  });
}

const junk: unknown[] = [
  undefined,
  null,
  'a',
  NaN,
  1.5,
  -1,
  7,
  1e9,
  2 ** 40,
  true,
  {},
  [],
  [0.5],
  [NaN],
  [-3, 7],
  ['a'],
  [[1]],
  [[NaN, 1]],
  () => 1,
  x,
];

test('wrong attributes give a possible tensor, or an AdjointError', (t) => {
  const failures: string[] = [];
  const shown = (value: unknown): string => (value === x ? 'x' : (JSON.stringify(value) ?? String(value)));
  for (const [name, call] of all) {
    for (const first of [x, whole])
      for (const a of junk)
        for (const b of junk) {
          try {
            const y = call(first, a, b);
            if (y instanceof Tensor) checkShape(y.shape, name);
          } catch (error) {
            if (!isAdjointError(error)) failures.push(`${name}(x, ${shown(a)}, ${shown(b)}): ${String(error)}`);
          }
        }
  }
  // One of each function tells enough.
  const first = new Map(failures.map((failure) => [failure.split('(')[0], failure]));
  t.deepEqual([...first.values()], []);
});
