import {
  hostTensor,
  type App,
  type Dataset,
  type HostTensor,
  type Model,
  type TracedFunction,
  type Trainer,
} from 'adjoint';
import { split } from '@adjoint/data';
import { composeNetwork, explained, isKernel } from './network.js';
import { seenIn } from './seen.js';

/** Numbers of a network, and the gradient of the loss by them, of the same shape. */
export interface Seen {
  /** Of the layer or the parameter. */
  readonly name: string;
  readonly values: HostTensor;
  readonly gradient: HostTensor;
}

/** What can be seen of a network at a moment. */
export interface View {
  /** Of each convolution: [filters, channels, rows, columns]. */
  readonly filters: readonly Seen[];
  /** What each convolution answers to the digit: [channels, rows, columns]. */
  readonly activations: readonly Seen[];
  /** Of the ten classes, for the digit. */
  readonly probabilities: HostTensor;
}

/** [step, value] in order of the steps. */
type Curve = (readonly [step: number, value: number])[];

/** How a lesson has gone so far. */
export interface Curves {
  /** The loss of each batch that it trained on. */
  readonly training: Curve;
  /** The loss of the test digits, where it was measured. */
  readonly test: Curve;
  /** The share of test digits that are told rightly, 0 … 1. */
  readonly accuracy: Curve;
}

const batchSize = 32;
/** Examples whose loss the gradients of the filters belong to. */
const viewed = 64;

/** A network that learns the digits, a few steps at a time, and can be looked at between them. */
export class Lesson {
  readonly #trainer: Trainer;
  readonly #look: TracedFunction;
  readonly curves: Curves = { training: [], test: [], accuracy: [] };

  private constructor(
    readonly model: Model,
    app: App,
    readonly train: Dataset,
    readonly test: Dataset,
    seed: number,
  ) {
    const [answer] = model.composition.outputs;
    this.#trainer = app.trainer(model, {
      loss: [{ loss: 'crossEntropy', outputs: [answer] }],
      optimizer: { adam: { learningRate: 3e-3 } },
      metrics: [{ metric: 'accuracy', output: answer }],
      seed,
    });
    this.#trainer.on('step:end', ({ loss }) => this.curves.training.push([this.step, loss]));
    this.#look = app.trace(([images, labels]) => seenIn(model, images!, labels!), 'look');
  }

  /**
   * A lesson for the network of a text, on digits as `digits` gives them; it is measured once.
   * @throws NetworkError that says what is wrong with the text
   */
  static async of(app: App, text: string, digits: Dataset, seed = 1): Promise<Lesson> {
    const [train, test] = split(digits, [digits.size - 300, 300], { seed: 1 });
    const lesson = new Lesson(composeNetwork(app, text, seed), app, train, test, seed);
    try {
      await lesson.measure();
      return lesson;
    } catch (error) {
      await lesson.close();
      throw explained('These layers cannot learn', error);
    }
  }

  /** Updates done. */
  get step(): number {
    return this.#trainer.step;
  }

  /** Trains for some steps. */
  async advance(steps: number): Promise<void> {
    const end = this.step + steps;
    const undo = this.#trainer.on('step:end', () => this.step >= end && this.#trainer.stop());
    try {
      await this.#trainer.fit(this.train, { epochs: 1e6, batchSize });
    } finally {
      undo();
    }
  }

  /** Tests the network, once at a step, which makes the curves longer. */
  async measure(): Promise<void> {
    const { test, accuracy } = this.curves;
    if (test.at(-1)?.[0] === this.step) return;
    const measured = await this.#trainer.evaluate(this.test);
    test.push([this.step, measured['loss'] ?? Number.NaN]);
    accuracy.push([this.step, measured['accuracy'] ?? Number.NaN]);
  }

  /** Filters with their gradients over some examples, and what becomes of one test digit. */
  async look(digit: number): Promise<View> {
    const many = await this.#seen(
      this.train,
      Int32Array.from({ length: viewed }, (_, i) => i),
    );
    const one = await this.#seen(this.test, Int32Array.of(digit));
    const [, ...maps] = this.model.composition.outputs;
    const kernels = this.model.parameters.filter((parameter) => isKernel(parameter)).map(({ name }) => name);
    const pairs = (names: readonly string[], tensors: readonly HostTensor[], first: number): Seen[] =>
      names.map((name, i) => ({ name, values: tensors[first + 2 * i]!, gradient: tensors[first + 2 * i + 1]! }));
    return {
      probabilities: withoutExamples(one[0]!),
      activations: pairs(maps, one.slice(0, 1 + 2 * maps.length).map(withoutExamples), 1),
      filters: pairs(kernels, many, 1 + 2 * maps.length),
    };
  }

  async #seen(digits: Dataset, indices: Int32Array): Promise<readonly HostTensor[]> {
    const { inputs, targets } = await digits.batch(indices);
    return this.#look.call([...inputs, ...targets]);
  }

  close(): Promise<void> {
    return this.#trainer.close();
  }
}

/** The only example of a batch. */
function withoutExamples({ data, shape }: HostTensor): HostTensor {
  return hostTensor(data, shape.slice(1));
}
