import test from 'ava';
import { inspect } from 'node:util';
import { dataset } from '@adjoint/data';
import { createApp } from '../src/index.js';

// What console.log prints, in Node.js and, by toString, elsewhere: short, and with what a reader wants to know.

const app = createApp({ backend: 'reference' });
const model = app.sequential({ input: [1, 8, 8] }, [
  { conv2d: { filters: 4, kernel: 3 } },
  'relu',
  { maxPool2d: { size: 2 } },
  'flatten',
  { dense: { units: 10 } },
]);
const deep = app.sequential(
  { input: [4] },
  Array.from({ length: 100 }, () => ({ dense: { units: 4 } })),
);
const trainer = app.trainer(model, {
  loss: 'crossEntropy',
  optimizer: { adam: { learningRate: 0.01 } },
  metrics: ['accuracy'],
});
const ensemble = app.ensemble(model, { strategy: 'softVoting', trainer: trainer.options });
const data = dataset({ inputs: { data: new Float32Array(6), shape: [3, 2] }, targets: { data: new Int32Array(3) } });

const printed: readonly [string, object, readonly string[]][] = [
  ['a tensor', app.tensor([[1, 2]]), ['float32 [1, 2]']],
  ['a variable', app.variable([1, 2], { name: 'w' }), ["'w'", 'float32 [2]']],
  ['a parameter', model.parameters[0]!, ['conv2d/weight', 'kernel', 'float32 [4, 1, 3, 3]']],
  ['a model', model, ['float32 [1, 8, 8] → float32 [10]', '5 layers', '410 parameters', 'maxPool2d [4, 3, 3]']],
  ['a deep model', deep, ['100 layers', 'and 92 more']],
  ['a trainer', trainer, ['0 steps', 'crossEntropy', 'adam', '0.01', 'accuracy']],
  ['an ensemble', ensemble, ['softVoting', 'not trained yet']],
  ['an app', app, ['plugins', '@adjoint/layers']],
  ['a dataset', data, ['3 examples', 'float32 [2]', 'int32 []']],
  ['an engine', app.engine, ['reference']],
  ['a traced function', app.trace((inputs) => inputs, 'twice'), ["'twice'"]],
];

for (const [name, value, parts] of printed) {
  test(`${name} prints short`, (t) => {
    const text = inspect(value);
    t.true(text.split('\n').length < 12 && text.length < 1000, text);
    for (const part of parts) t.true(text.includes(part), `${part} is not in ${text}`);
    const plain = Object.getPrototypeOf(value) === Object.prototype;
    if (!plain) t.notRegex(`${value as unknown as string}`, /\[object/);
  });
}

test("JavaScript's operators refuse a tensor, and texts take it", (t) => {
  const x = app.tensor([1]) as unknown as number;
  const operators: (() => unknown)[] = [() => x + 1, () => x > 1, () => -x, () => x * 2, () => Math.max(x, 1)];
  for (const operator of operators) t.throws(operator, { code: 'OPERAND_INVALID', message: /x\.add\(1\)/ });
  t.is(`${x}`, 'constant: float32 [1]');
  t.is(String(x), `${x}`);
});
