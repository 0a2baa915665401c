import type { App } from '../app/app.js';
import { gradients } from '../autograd/gradients.js';
import { isAdjointError } from '../errors.js';
import { constant } from '../graph/primitives/constant.js';
import type { Tensor } from '../graph/tensor.js';
import { RandomSource } from '../random/random-source.js';
import { choiceText, readChoice } from '../registry/choice.js';
import type { Choice } from '../registry/kinds.js';
import type { DType } from '../tensor/dtype.js';
import { hostTensor, type HostTensor } from '../tensor/host-tensor.js';
import { severalOf } from '../tensor/several.js';
import { sizeOf } from '../tensor/shape.js';
import type { Loss, LossExample, Reduced } from '../training/loss.js';
import { reducedLoss } from './context-at.js';
import { differenceOf } from './difference.js';
import { evaluateGraph } from './evaluate-graph.js';
import { gradCheck } from './grad-check.js';
import { graphText } from './graph-text.js';
import { inFloat, rowsOf, sampleOutput, shapeText, sampleTarget, targetExample } from './scored-samples.js';
import { withAssertions, type TestFunction } from './test-function.js';

export interface LossSample extends LossExample {
  /** Makes an app with the loss's plugin and a backend. */
  readonly app: () => App;
  readonly loss: Choice<'loss'>;
}

const batch = 4;

/** Outputs and targets on the host. */
interface Sample {
  readonly outputs: readonly HostTensor[];
  readonly targets: readonly HostTensor[];
}

/**
 * The contract of a loss: it keeps no state of its own, gives each example a term of its own, has the gradients that
 * central differences give, computes on its app's backend what the reference does in float64, takes whole numbers of
 * every dtype for targets, refuses targets of another shape, and makes no NaN of zeros and of large numbers.
 */
export function testLoss(runner: TestFunction, { app: makeApp, loss: choice, ...example }: LossSample): void {
  const test = withAssertions(runner);
  const { outputs: shapes = [[3]], except = [], tolerance = 1e-5 } = example;
  const title = `${choiceText(readChoice('loss', choice))} of ${shapes.map(shapeText).join(' and ')}`;
  const opened = (): { app: App; loss: Loss; sample: Sample } => {
    const app = makeApp();
    const loss = app.registry.create('loss', choice);
    return { app, loss, sample: sampleOf(loss, example) };
  };

  test(`${title}: it builds the same graph whenever it is asked`, async (t) => {
    const { app, loss, sample } = opened();
    const text = (of: Loss): string => graphText(parts(reduced(of, constants(sample, 'float32'))));
    t.deepEqual(text(loss), text(loss));
    t.deepEqual(text(app.registry.create('loss', choice)), text(loss));
    await app.close();
  });

  test(`${title}: every example has its own term, in a batch as alone`, async (t) => {
    const { app, loss, sample } = opened();
    const termsOf = (of: Sample): HostTensor[] => {
      const { losses, weights } = reduced(loss, constants(of, 'float64'));
      return evaluateGraph(weights ? [losses, weights] : [losses]);
    };
    const [losses, weights] = termsOf(sample) as [HostTensor, HostTensor | undefined];
    t.deepEqual(losses.shape[0], batch);
    t.true(losses.data.every(Number.isFinite), `the terms are ${losses.data.join(', ')}`);
    for (let i = 0; i < batch && !except.includes('independence'); i++) {
      const alone = termsOf(mapSample(sample, (tensor) => rowsOf(tensor, i, i + 1)));
      [losses, weights].forEach((whole, j) => {
        if (whole) t.deepEqual(differenceOf(alone[j]!, rowsOf(whole, i, i + 1)), undefined);
      });
    }
    await app.close();
  });

  test(`${title}: gradients agree with central differences`, async (t) => {
    const { app, loss, sample } = opened();
    const { compared } = await gradCheck(
      (...outputs) => reduced(loss, { outputs, targets: constants(sample, 'float64').targets }).sum,
      sample.outputs,
      { tolerance },
    );
    t.deepEqual(
      compared,
      sample.outputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
    );
    await app.close();
  });

  test(`${title}: loss and gradients are those of the reference in float64`, async (t) => {
    const { app, loss, sample } = opened();
    const want = withGradients(loss, constants(sample, 'float64'));
    const own = mapSample(sample, (tensor) => inFloat(tensor, 'float32'));
    const got = withGradients(loss, {
      outputs: own.outputs.map((output) => app.tensor(output)),
      targets: own.targets.map((target) => app.tensor(target)),
    });
    const values = evaluateGraph(want).map((value) => inFloat(value, 'float32'));
    (await app.engine.evaluate(got)).forEach((value, i) => t.deepEqual(differenceOf(value, values[i]!), undefined));
    await app.close();
  });

  test(`${title}: targets that are whole numbers may be of every dtype`, async (t) => {
    const { app, loss, sample } = opened();
    const [first, ...others] = sample.targets;
    if (loss.targets && first) {
      const whole = Array.from(first.data, (value) => Math.round(Math.abs(value)));
      const dtypes: DType[] = ['float64', 'float32', 'int32'];
      if (whole.every((value) => value <= 1)) dtypes.push('bool');
      const losses = dtypes.map((dtype) => {
        const targets = [hostTensor(whole, first.shape, dtype), ...others];
        return evaluateGraph([reduced(loss, constants({ ...sample, targets }, 'float64')).mean])[0]!;
      });
      for (const value of losses) t.deepEqual(value, losses[0]);
    }
    // A loss that says nothing of its targets is handed them as they are.
    t.true(loss.targets === undefined || first !== undefined, 'it takes targets, but its example has none');
    await app.close();
  });

  test(`${title}: targets of another shape are refused in words`, async (t) => {
    const { app, loss, sample } = opened();
    const [first, ...others] = sample.targets;
    t.true(loss.targets === undefined || first !== undefined, 'it takes targets, but its example has none');
    for (const wrong of first ? misshapen(first) : []) {
      try {
        const { losses } = reduced(loss, constants({ ...sample, targets: [wrong, ...others] }, 'float32'));
        t.true(loss.targets === undefined && losses.shape[0] === batch, `targets of shape ${wrong.shape} are taken`);
      } catch (error) {
        t.true(isAdjointError(error) && /target|label/.test(error.message), String(error));
      }
    }
    await app.close();
  });

  test(`${title}: neither zeros nor large numbers make NaN`, async (t) => {
    const { app, loss, sample } = opened();
    const factors = loss.scale && loss.scale !== 'logits' ? [0] : [0, 1e4, -1e4];
    for (const factor of factors) {
      const outputs = sample.outputs.map(({ data, ...type }) => ({
        ...type,
        data: data.map((x) => x * factor) as Float64Array,
      }));
      for (const value of evaluateGraph(withGradients(loss, constants({ ...sample, outputs }, 'float32'))))
        t.true(!value.data.some(Number.isNaN), `NaN where outputs are multiplied by ${factor}`);
    }
    await app.close();
  });
}

function sampleOf(loss: Loss, { outputs: shapes = [[3]], targets: given }: LossExample): Sample {
  const random = new RandomSource(4);
  const outputs = shapes.map((shape) => sampleOutput(random, batch, shape, loss));
  const targets = given ?? [targetExample(loss, outputs[0]!)];
  return { outputs, targets: targets.map((target) => sampleTarget(random, batch, target)) };
}

function mapSample({ outputs, targets }: Sample, map: (tensor: HostTensor) => HostTensor): Sample {
  return { outputs: outputs.map(map), targets: targets.map(map) };
}

interface Given {
  readonly outputs: readonly Tensor[];
  readonly targets: readonly Tensor[];
}

function constants(sample: Sample, float: 'float32' | 'float64'): Given {
  const { outputs, targets } = mapSample(sample, (tensor) => inFloat(tensor, float));
  return { outputs: outputs.map((output) => constant(output)), targets: targets.map((target) => constant(target)) };
}

function reduced(loss: Loss, { outputs, targets }: Given): Reduced {
  return reducedLoss(loss, { output: severalOf(outputs), target: targets });
}

/** Terms, their weights and the mean. */
function parts({ losses, weights, mean }: Reduced): Tensor[] {
  return [losses, ...(weights ? [weights] : []), mean];
}

function withGradients(loss: Loss, given: Given): Tensor[] {
  const { mean } = reduced(loss, given);
  return [mean, ...gradients(mean, given.outputs)];
}

/** The same target with an axis more, and with an example less. */
function misshapen(target: HostTensor): HostTensor[] {
  const { data, shape, dtype } = target;
  const wide = hostTensor(
    Array.from({ length: 7 * data.length }, (_, i) => data[i % data.length]!),
    [...shape, 7],
    dtype,
  );
  return [wide, rowsOf(target, 0, batch - 1)];
}
