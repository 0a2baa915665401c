import test from 'ava';
import assert from 'node:assert';
import { inspect } from 'node:util';
import { dataset, view } from '@adjoint/data';
import { App, createApp, Engine, Model, Tensor, Trainer } from '../src/index.js';

// What test runners print where two objects are expected to be equal: short, and with what tells them apart. An object that
// has its values on a device or in private fields is equal to itself alone.

const make = (): App => createApp({ backend: 'reference' });
const app = make();
const modelOf = (units: number): Model => app.sequential({ input: [1, 8, 8] }, ['flatten', { dense: { units } }]);
const trainerOf = (learningRate: number): Trainer =>
  app.trainer(modelOf(10), { loss: 'crossEntropy', optimizer: { adam: { learningRate } } });
const tensorOf = (first: number): Tensor => app.tensor(new Float32Array(2000).fill(first, 0, 1), [2, 1000]);
const dataOf = (first: number) => dataset({ inputs: { data: Float32Array.of(first, 2, 3, 4), shape: [2, 2] } });
const twice = <T>(make: (i: number) => T): readonly [T, T] => [make(1), make(2)];

/** Two objects of a kind, and a text that tells them apart. */
const pairs: Readonly<Record<string, readonly [readonly [object, object], RegExp]>> = {
  tensor: [twice(tensorOf), /\[\[2, 0, 0, …/],
  'tensor of the same values': [twice(() => tensorOf(1)), /id: \d/],
  'tensor that is not computed': [twice((i) => app.tensor([1]).mul(i)), /not computed yet/],
  variable: [twice((i) => app.variable([i], { name: `w${i}` })), /'w2'/],
  parameter: [twice((i) => modelOf(i).parameters[0]!), /dense\/weight/],
  layer: [twice((i) => modelOf(i).layers[1]!), /'dense'/],
  model: [twice((i) => modelOf(10 * i)), /float32 \[20\], 2 layers, 1300 parameters/],
  'model of the same layers': [twice(() => modelOf(10)), /id: \d/],
  trainer: [twice((i) => trainerOf(i / 8)), /learningRate\W+0\.25/],
  ensemble: [
    twice((i) =>
      app.ensemble(modelOf(10), { strategy: i === 1 ? 'voting' : 'softVoting', trainer: trainerOf(1).options }),
    ),
    /softVoting/,
  ],
  dataset: [twice(dataOf), /2 examples/],
  view: [twice((i) => view(dataOf(1), { indices: new Int32Array(i) })), /size: 2/],
  app: [twice(make), /@adjoint\/layers/],
  engine: [twice(() => make().engine), /reference/],
  'traced function': [twice((i) => app.trace((inputs) => inputs, `f${i}`)), /f2/],
};

for (const [name, [[one, other], part]] of Object.entries(pairs)) {
  test(`a failed comparison of two objects prints short: ${name}`, async (t) => {
    const { message } = t.throws(() => assert.deepStrictEqual(one, other), { instanceOf: assert.AssertionError });
    const attempt = await t.try((inner) => void inner.deepEqual(one, other));
    attempt.discard();
    t.false(attempt.passed);
    const details = attempt.errors[0] as unknown as { formattedDetails: readonly { formatted: string }[] };
    const ava = details.formattedDetails.map(({ formatted }) => formatted).join('\n');
    for (const text of [message, ava]) {
      t.true(text.split('\n').length <= 36 && text.length < 1200, text);
      t.regex(text, part);
    }
    // The most that a runner without custom printing has to show: Jest, Vitest.
    const whole = inspect(one, { customInspect: false, depth: Infinity, compact: false });
    t.true(whole.split('\n').length <= 20, whole);
    t.deepEqual(one, one);
    assert.deepStrictEqual(one, one);
  });
}

test('prototypes and derived classes print as those of other classes', (t) => {
  class Mine extends Model {}
  for (const Class of [Tensor, Model, Trainer, App, Engine, Mine])
    t.notThrows(() => inspect(Class.prototype, { customInspect: false, depth: 0 }), Class.name);
});

test('a result of a run is plain data', async (t) => {
  const ones = { data: Float32Array.of(1, 1), shape: [2, 1] };
  const model = app.sequential({ input: [1] }, [{ dense: { units: 1 } }]);
  const trainer = app.trainer(model, { loss: 'meanSquaredError', optimizer: 'sgd' });
  const result = await trainer.fit(dataset({ inputs: ones, targets: ones }), { epochs: 1, batchSize: 'full' });
  const { reason, history } = result;
  t.notThrows(() => assert.deepStrictEqual(result, { reason, history }));
});
