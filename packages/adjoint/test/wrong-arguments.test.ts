import test from 'ava';
import * as data from '@adjoint/data';
import * as io from '@adjoint/io';
import * as standalone from '@adjoint/standalone';
import * as adjoint from '../src/index.js';

// Whatever is passed to whatever is public, an error is an AdjointError.

const wrong: readonly unknown[] = [
  undefined,
  null,
  5,
  -1.5,
  'text',
  {},
  [],
  [null],
  () => undefined,
  Symbol('odd'),
  10n,
  new Float32Array(2),
];

/** What authors of plugins make their code of: they take what core has checked, and are called in inner loops. */
const helpers = [
  'checkDataset',
  'checkFilter',
  'checkTarget',
  'classesOf',
  'cosineOfTurns',
  'emitWarning',
  'distinct',
  'encodeJob',
  'encodeResult',
  'errorOf',
  'failedResult',
  'formatShape',
  'formTarget',
  'inspectable',
  'inspectionText',
  'joinBytes',
  'literal',
  'logarithm',
  'mapSeveral',
  'onlyOutput',
  'openSent',
  'parseMetadata',
  'passesFilter',
  'perDimension',
  'portableJob',
  'power',
  'predictInBatches',
  'printableDataset',
  'readContext',
  'readTargets',
  'reduceTerms',
  'runJobs',
  'sameShape',
  'serviceToken',
  'severalOf',
  'sizeOf',
  'stringifyMetadata',
  'termsOf',
  'varying',
  'wholePower',
  'withData',
  'withVjp',
];
/** Classes that only core makes instances of, and errors. */
const made =
  /^(AdjointError|App|ArrayDataset|CompiledFunction|Engine|Ensemble|Model|Profile|Tensor|TracedFunction|Trainer|Variable)$/;

const unhandled: unknown[] = [];
process.on('unhandledRejection', (error) => unhandled.push(error));

/** What is no sentence among what a call ends with. */
async function failureOf(call: () => unknown): Promise<unknown> {
  try {
    const result = (await call()) as Partial<Iterable<unknown> & AsyncIterable<unknown>> | undefined;
    // Generators begin when they are asked.
    if (Object.prototype.toString.call(result) === '[object Generator]') Array.from(result as Iterable<unknown>);
  } catch (error) {
    if (!adjoint.isAdjointError(error) || error.code === 'INTERNAL') return error;
  }
  return undefined;
}

type Callable = (...args: unknown[]) => unknown;

async function failures(name: string, call: Callable, right: readonly unknown[]): Promise<string[]> {
  const found = new Set<string>();
  const all = [...wrong, ...right];
  const tries: unknown[][] = [[], ...all.map((one) => [one]), ...all.flatMap((one) => wrong.map((two) => [one, two]))];
  for (const args of tries) {
    const failure = await failureOf(() => call(...args));
    // A symbol cannot be written into a message without care; operations on tensors have a suite of their own.
    if (failure !== undefined && !args.some((arg) => typeof arg === 'symbol'))
      found.add(
        `${name}: ${String((failure as Error).stack ?? failure)
          .split('\n')
          .slice(0, 2)
          .join(' ')}`,
      );
  }
  return [...found];
}

function rightThings() {
  const app = adjoint.createApp({ backend: 'reference' });
  const array = { data: Float32Array.of(1, 2), shape: [2, 1] };
  const dataset = data.dataset({ inputs: array, targets: array });
  const model = app.sequential({ input: [1] }, [{ dense: { units: 1 } }]);
  const trainer = app.trainer(model, { loss: 'meanSquaredError', optimizer: 'sgd' });
  return { app, dataset, model, trainer };
}

for (const [name, module] of Object.entries({ adjoint, data, io, standalone })) {
  test(`${name}: every function takes wrong things with a sentence`, async (t) => {
    const { app, dataset, model, trainer } = rightThings();
    const right = [app, dataset, model, trainer, app.tensor([[1, 2]])];
    const found: string[] = [];
    for (const [exported, value] of Object.entries(module)) {
      if (typeof value !== 'function' || helpers.includes(exported) || made.test(exported)) continue;
      const isClass = /^class\b/.test(Function.prototype.toString.call(value));
      const call: Callable = isClass
        ? (...args) => new (value as unknown as new (...given: unknown[]) => unknown)(...args)
        : (value as unknown as Callable);
      found.push(...(await failures(exported, call, right)));
    }
    t.deepEqual(found, []);
    t.deepEqual(unhandled, []);
  });
}

test('every method takes wrong things with a sentence', async (t) => {
  const { app, dataset, model, trainer } = rightThings();
  const objects: Record<string, object> = {
    app,
    dataset,
    model,
    trainer,
    ensemble: app.ensemble(model, { strategy: 'softVoting', trainer: trainer.options }),
    loader: new adjoint.Loader(dataset, { batchSize: 1 }),
    variable: app.variable([1, 2]),
    traced: app.trace((inputs) => inputs),
    events: adjoint.createTrainingEvents(),
    registry: adjoint.createApp().registry,
    tensor: app.tensor([[1, 2]]),
  };
  const found: string[] = [];
  for (const [name, object] of Object.entries(objects)) {
    const prototype = Object.getPrototypeOf(object) as object;
    for (const [method, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (typeof value !== 'function' || ['constructor', 'close', 'dispose', 'inspect'].includes(method)) continue;
      const call: Callable = (...args) => (value as Callable).apply(object, args);
      found.push(...(await failures(`${name}.${method}`, call, [dataset, model])));
    }
  }
  t.deepEqual(found, []);
  t.deepEqual(unhandled, []);
});
