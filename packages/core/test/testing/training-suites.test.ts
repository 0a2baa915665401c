import test from 'ava';
import {
  createApp,
  defineGradientTransform,
  defineLayer,
  defineLoss,
  defineOptimizer,
  definePlugin,
  defineRegularizer,
  defineSchedule,
  withVjp,
  zerosLike,
  type App,
  type Forward,
  type GradientTransform,
  type Layer,
  type LayerExample,
  type Loss,
  type Optimizer,
  type Plugin,
  type Regularizer,
  type Schedule,
  type Tensor,
} from '../../src/index.js';
import { count, documented, number, object, optional, rate } from '../../src/registry/options/index.js';
import {
  testGradientTransform,
  testLayer,
  testOptimizer,
  testPlugin,
  testRegularizer,
  testSchedule,
} from '../../src/testing/index.js';
import { failuresOf } from './failures-of.js';

// The suites pass what keeps its contract, and find each way to break it.

const options = object({ learningRate: documented(optional(rate, 0.1), 'η') });
const factor = documented(number, 'a');
const formula = 'y = a·x';
const tiny = 'one example at a time, and nothing to train, work or are refused in words';

/** An app with one thing of each kind that is tried, under the name 'probe/it'. */
function probe(parts: {
  layer?: () => Layer;
  optimizer?: () => Optimizer;
  regularizer?: () => Regularizer;
}): () => App {
  const { layer, optimizer, regularizer } = parts;
  const plugin = definePlugin({
    name: '@probe/plugin',
    version: '1.0.0',
    layer: { ...(layer && { 'probe/it': defineLayer({ options, create: layer }) }) },
    optimizer: { ...(optimizer && { 'probe/it': defineOptimizer({ options, create: optimizer }) }) },
    regularizer: { ...(regularizer && { 'probe/it': defineRegularizer({ options, create: regularizer }) }) },
  });
  return () => createApp({ plugins: [plugin], backend: 'reference' });
}

const about = { name: '@probe/plugin', version: '1.0.0' };
const it = 'probe/it' as never;
const short = (titles: readonly string[]): string[] => titles.map((title) => title.replace(/^.*?: /, ''));

async function layerFailures(layer: () => Layer): Promise<string[]> {
  return short(await failuresOf((run) => testLayer(run, { app: probe({ layer }), layer: it, inputs: [[3]] })));
}

async function optimizerFailures(optimizer: () => Optimizer): Promise<string[]> {
  return short(await failuresOf((run) => testOptimizer(run, { app: probe({ optimizer }), optimizer: it })));
}

async function regularizerFailures(regularizer: () => Regularizer): Promise<string[]> {
  return short(await failuresOf((run) => testRegularizer(run, { app: probe({ regularizer }), regularizer: it })));
}

test('a layer that counts its calls, mixes examples or has a wrong gradient is found', async (t) => {
  t.deepEqual(
    await layerFailures(() => ({
      build:
        () =>
        ([x]) =>
          x!.square(),
    })),
    [],
  );

  let calls = 0;
  const counting = await layerFailures(() => ({
    build:
      () =>
      ([x]) =>
        x!.mul(++calls),
  }));
  t.true(counting.includes('it builds the same graph whenever it is traced'));

  t.deepEqual(
    await layerFailures(() => ({
      build:
        () =>
        ([x]) =>
          x!.sub(x!.mean(0)),
    })),
    ["in evaluation an example's output does not depend on the others"],
  );

  // The gradient of x² by x is 2x.
  const wrong: Forward = (inputs) =>
    withVjp(
      'wrong',
      inputs,
      ([x]) => x!.square(),
      (cotangent) => [cotangent],
    );
  t.deepEqual(await layerFailures(() => ({ build: () => wrong })), [
    'gradients agree with central differences in training',
    'gradients agree with central differences in evaluation',
  ]);

  const fragile = await layerFailures(() => ({
    build([input]) {
      if (input!.shape.length !== 1) throw new Error('no');
      return ([x]) => x!;
    },
  }));
  t.deepEqual(fragile, ['inputs of other ranks work or give an error that names the layer']);
});

test('an optimizer that climbs, forgets a parameter or keeps state to itself is found', async (t) => {
  const descent = (factor: number): Optimizer => ({
    init: () => ({}),
    update: (gradient, _, __, { learningRate }) => [gradient.mul(learningRate).mul(factor), {}],
  });
  t.deepEqual(await optimizerFailures(() => descent(-1)), []);
  const moves = ['the loss falls, and every parameter moves to a finite value'];
  t.deepEqual(await optimizerFailures(() => descent(1)), moves);
  t.deepEqual(
    await optimizerFailures(() => ({
      init: () => ({}),
      update: (gradient, _, { role, value }) => [role === 'bias' ? zerosLike(value) : gradient.mul(-0.1), {}],
    })),
    moves,
  );
  let steps = 0;
  const fading = await optimizerFailures(() => ({
    init: () => ({}),
    update: (gradient) => [gradient.mul(-0.1 / ++steps), {}],
  }));
  t.true(fading.includes('a step is the same program whenever it is traced'));
  // Host-side state does not show in the program, but in a resumed run.
  t.deepEqual(
    await optimizerFailures(() => {
      let seen = 0;
      return {
        init: () => ({}),
        update: (gradient, _, __, { scalar }) => [gradient.mul(scalar('rate', () => -0.1 / ++seen)), {}],
      };
    }),
    ['a run that is saved and resumed gives the same bits'],
  );
});

test('an optimizer that divides by nothing, or asks for what is not there, is found', async (t) => {
  t.deepEqual(
    await optimizerFailures(() => ({
      init: () => ({}),
      update: (gradient) => [gradient.div(gradient.abs()).mul(-0.01), {}],
    })),
    ['weights of zero without a gradient stay finite'],
  );
  t.deepEqual(
    await optimizerFailures(() => ({
      kind: 'step',
      init: () => ({}),
      step({ parameters, lossAndGradients }) {
        const { gradients } = lossAndGradients();
        const length = gradients.map((gradient) => gradient.square().sum()).reduce((sum, part) => sum.add(part));
        const scale = length.sqrt().add(1).reciprocal().mul(-0.1);
        return { values: parameters.map(({ value }, i) => value.add(gradients[i]!.mul(scale))), slots: {} };
      },
    })),
    ['a model without parameters can be run', tiny],
  );
  const plugin = definePlugin({
    ...about,
    optimizer: {
      'probe/it': defineOptimizer({
        options: object({ part: documented(optional(number, 2), 'a') }),
        formula,
        create: ({ part }) => ({ init: () => ({}), update: (gradient) => [gradient.mul(-0.1 / (part * part)), {}] }),
      }),
    },
  });
  t.deepEqual(await pluginFailures(plugin), ["numbers at the ends of its options' ranges are refused or do no harm"]);
});

test('a gradient transform that divides by nothing or keeps state to itself is found', async (t) => {
  const failures = async (transform: () => GradientTransform): Promise<string[]> => {
    const plugin = definePlugin({
      ...about,
      gradientTransform: { 'probe/it': defineGradientTransform({ options: object({}), create: transform }) },
    });
    const app = (): App => createApp({ plugins: [plugin], backend: 'reference' });
    return short(await failuresOf((run) => testGradientTransform(run, { app, gradientTransform: it })));
  };
  const scaled = (scale: (gradient: Tensor) => Tensor | number) => (): GradientTransform => ({
    update: (gradients) => ({ gradients: gradients.map((gradient) => gradient.mul(scale(gradient))) }),
  });
  t.deepEqual(await failures(scaled(() => 0.5)), []);
  t.deepEqual(await failures(scaled((gradient) => gradient.square().sum().rsqrt())), [
    'gradients of zero and numbers at the ends of ranges do no harm',
  ]);
  let calls = 0;
  t.true((await failures(scaled(() => ++calls))).includes('a step is the same program whenever it is traced'));
  t.deepEqual(
    await failures(() => ({
      update: (gradients) => ({ gradients: [gradients[0]!.clamp(-1, 1), ...gradients.slice(1)] }),
    })),
    ['a model without parameters can be run'],
  );
});

test('a schedule that leaves the range of numbers or remembers what it was asked is found', async (t) => {
  const failures = async (schedule: () => Schedule): Promise<string[]> => {
    const plugin = definePlugin({
      ...about,
      schedule: {
        'probe/it': defineSchedule({ options: object({ steps: optional(count, 50) }), create: schedule }),
      },
    });
    const app = (): App => createApp({ plugins: [plugin], backend: 'reference' });
    return short(await failuresOf((run) => testSchedule(run, { app, schedule: it })));
  };
  const finite = 'rates are finite and not negative in runs of any length';
  t.deepEqual(
    await failures(
      () =>
        ({ base, step }) =>
          base / (step + 1),
    ),
    [],
  );
  t.deepEqual(
    await failures(
      () =>
        ({ base, step, totalSteps }) =>
          base * (1 - step / totalSteps),
    ),
    [finite],
  );
  t.deepEqual(
    await failures(
      () =>
        ({ base, history }) =>
          base * (history.at(-1)?.metrics['loss'] ?? 1),
    ),
    [finite],
  );
  const counting = await failures(() => {
    let calls = 0;
    return ({ base }) => base / ++calls;
  });
  t.deepEqual(counting, ['a rate follows from the step alone', 'a run that is saved and resumed gives the same bits']);
});

test('a regularizer that keeps state to itself or leaves the range of numbers is found', async (t) => {
  const penalty = (strength: () => number): Regularizer => ({
    penalty: ({ parameters, output }) =>
      parameters
        .map(({ value }) => value.square().sum())
        .reduce((sum, part) => sum.add(part), output.sum().mul(0))
        .mul(strength()),
  });
  t.deepEqual(await regularizerFailures(() => penalty(() => 0.01)), []);
  let traces = 0;
  const growing = await regularizerFailures(() => penalty(() => 0.01 * ++traces));
  t.true(growing.includes('a step is the same program whenever it is traced'));
  t.true(
    (await regularizerFailures(() => penalty(() => 1e38))).includes('training keeps losses and parameters finite'),
  );
});

async function pluginFailures(plugin: Plugin): Promise<string[]> {
  return short(await failuresOf((run) => testPlugin(run, { plugin })));
}

test('a plugin that registers what it cannot create, or takes any option, is found', async (t) => {
  const define = (loss: Parameters<typeof defineLoss>[0]): Plugin =>
    definePlugin({ ...about, loss: { 'probe/it': defineLoss(loss) } });
  const create = (): Loss => ({ terms: ({ output }) => output });

  t.deepEqual(await pluginFailures(define({ options, formula, create })), []);
  const [first] = await pluginFailures(
    define({
      options,
      formula,
      create() {
        throw new Error('not today');
      },
    }),
  );
  t.is(first, 'every name can be created from its examples, and its defaults can be written out');
  const open = { '~standard': { version: 1, vendor: 'probe', validate: (value: unknown) => ({ value }) } } as const;
  t.deepEqual(await pluginFailures(define({ options: open, formula, create })), [
    'every name refuses options that it does not have',
  ]);
  t.deepEqual(await pluginFailures(define({ options: object({ learningRate: optional(rate, 0.1) }), create })), [
    'every name says what it is, and what each of its options does',
  ]);
  let times = 0;
  const [changing] = await pluginFailures(
    definePlugin({
      ...about,
      setup(host) {
        if (times++ % 2 === 0) host.define('loss', it, defineLoss({ options, formula, create }) as never);
      },
    }),
  );
  t.is(changing, 'it registers the same in every app');
});

test('every example of a plugin keeps the contract of its kind, and none may be forgotten', async (t) => {
  const scaled = (examples: readonly LayerExample[]): Plugin =>
    definePlugin({
      ...about,
      layer: {
        'probe/it': defineLayer({
          options: object({ factor }),
          formula,
          examples: examples.map((example) => ({ options: { factor: 2 }, ...example })),
          create: ({ factor }) => ({
            build:
              () =>
              ([x]) =>
                x!.rank === 3
                  ? withVjp(
                      'wrong',
                      [x!],
                      ([y]) => y!.mul(factor),
                      (cotangent) => [cotangent],
                    )
                  : x!.mul(factor),
          }),
        }),
      },
    });
  const lacking = 'every name has an example of what it requires';
  t.deepEqual(await pluginFailures(scaled([{ inputs: [[3]] }])), []);
  t.deepEqual(await pluginFailures(scaled([])), [lacking]);
  t.deepEqual(await pluginFailures(scaled([{ inputs: [[3]] }, { inputs: [[2, 2]] }])), [
    'gradients agree with central differences in training',
    'gradients agree with central differences in evaluation',
  ]);
  const fixed = {
    options: object({ factor }),
    formula,
    create: (): Optimizer => ({ init: () => ({}), update: () => [] as never }),
  };
  t.deepEqual(await pluginFailures(definePlugin({ ...about, optimizer: { 'probe/it': defineOptimizer(fixed) } })), [
    lacking,
  ]);
});
