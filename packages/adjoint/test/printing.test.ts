import test from 'ava';
import { inspect } from 'node:util';
import { dataset, transform, view } from '@adjoint/data';
import { createApp, hostTensor, installDevtoolsFormatters, Tensor } from '../src/index.js';

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

const exactly: readonly [string, object, string][] = [
  [
    'a tensor of many values',
    app.tensor(
      Float32Array.from({ length: 2000 }, (_, i) => i / 4),
      [2, 1000],
    ),
    'Tensor float32 [2, 1000]\n[[     0,   0.25,    0.5, …, 249.25,  249.5, 249.75],\n [   250, 250.25,  250.5, …, 499.25,  499.5, 499.75]]',
  ],
  [
    'a tensor that is not computed',
    app.tensor([1, 2]).add(1),
    'Tensor float32 [2], add of 2 inputs, not computed yet: await data(), array() or item()',
  ],
  [
    'a parameter',
    model.parameters[0]!,
    "Parameter (kernel) 'conv2d/weight' float32 [4, 1, 3, 3]: await variable.read()",
  ],
  ['a layer', model.layers[2]!, "Layer 'maxPool2d' (maxPool2d) → float32 [4, 3, 3], 0 parameters"],
  [
    'a model',
    model,
    `Model float32 [1, 8, 8] → float32 [10], 5 layers, 410 parameters
  conv2d [4, 6, 6]
  relu [4, 6, 6]
  maxPool2d [4, 3, 3]
  flatten [36]
  dense [10]`,
  ],
  [
    'a trainer',
    trainer,
    `Trainer after 0 steps, 0 epochs
  Model float32 [1, 8, 8] → float32 [10], 5 layers, 410 parameters
  loss 'crossEntropy'; optimizer {"adam":{"learningRate":0.01}}; metrics 'accuracy'`,
  ],
  ['an ensemble', ensemble, "Ensemble 'softVoting', not trained yet"],
  ['a dataset', data, 'ArrayDataset of 3 examples, inputs float32 [2], targets int32 []'],
  [
    'a view of a dataset',
    view(data, { indices: Int32Array.of(2, 0) }),
    'Dataset of 2 examples, inputs float32 [2], targets int32 []',
  ],
  ['a transformed dataset', transform(data, {}), 'Dataset of 3 examples, inputs float32 [2], targets int32 []'],
];

for (const [name, value, text] of exactly) {
  test(`${name} prints as it should, by itself and in templates`, (t) => {
    t.is(inspect(value), text);
    // A tensor's text is its type: it stands in errors.
    if (!(value instanceof Tensor)) t.is(`${value as unknown as string}`, text);
    const deno = Reflect.get(value, Symbol.for('Deno.customInspect')) as (this: object) => string;
    t.is(deno.call(value), text);
  });
}

test('what a run has left behind prints with its figures', async (t) => {
  const line = dataset({
    inputs: { data: Float32Array.of(1, 1), shape: [2, 1] },
    targets: { data: Float32Array.of(2, 2), shape: [2, 1] },
  });
  const zeros = app.sequential({ input: [1] }, [{ dense: { units: 1, bias: false, initializer: 'zeros' } }]);
  const short = app.trainer(zeros, { loss: 'meanSquaredError', optimizer: { sgd: { learningRate: 0.25 } } });
  // The error 2 is halved by each step, and the loss is its square.
  const result = await short.fit(line, { epochs: 8, batchSize: 'full' });
  t.is(
    inspect(result),
    `FitResult: completed after 8 epochs
  epoch 0  loss 4
  epoch 1  loss 1
  epoch 2  loss 0.25
  … 2 more in history
  epoch 5  loss 0.003906
  epoch 6  loss 0.0009766
  epoch 7  loss 0.0002441`,
  );
  t.deepEqual(Object.keys(result), ['reason', 'history']);
});

test("JavaScript's operators refuse a tensor, and texts take it", (t) => {
  const x = app.tensor([1]) as unknown as number;
  const operators: (() => unknown)[] = [() => x + 1, () => x > 1, () => -x, () => x * 2, () => Math.max(x, 1)];
  for (const operator of operators) t.throws(operator, { code: 'OPERAND_INVALID', message: /x\.add\(1\)/ });
  t.is(`${x}`, 'constant: float32 [1]');
  t.is(String(x), `${x}`);
});

test('consoles of browsers print as Node.js does, once their formatters are installed', (t) => {
  interface Formatter {
    header(value: unknown, config?: unknown): readonly unknown[] | null;
    hasBody(value: unknown): boolean;
    body(value: unknown): readonly [tag: string, reference: { readonly object: unknown; readonly config: unknown }];
  }
  installDevtoolsFormatters();
  installDevtoolsFormatters();
  const { devtoolsFormatters } = globalThis as { devtoolsFormatters?: readonly Formatter[] };
  const [formatter, ...others] = devtoolsFormatters ?? [];
  t.is(others.length, 0);
  const shown = (value: unknown): unknown => formatter?.header(value)?.[2];
  for (const [, value, text] of exactly) t.is(shown(value), text);
  const values = hostTensor([[1, 2]]);
  t.is(shown(values), 'float32 [1, 2]\n[[1, 2]]');
  for (const other of [
    undefined,
    null,
    1,
    'text',
    {},
    [1],
    new Map(),
    Tensor,
    Tensor.prototype,
    { ...values, shape: 2 },
  ])
    t.is(shown(other), undefined);
  // What an object opens to is the object as the console shows any other.
  const [tag, { object, config }] = formatter!.body(model);
  t.deepEqual([tag, object, formatter!.hasBody(model)], ['object', model, true]);
  t.is(formatter!.header(object, config), null);
});
