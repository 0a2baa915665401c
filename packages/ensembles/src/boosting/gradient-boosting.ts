import {
  AdjointError,
  defineEnsemble,
  type Choice,
  type HostTensor,
  type JobResult,
  type VaryingType,
} from '@adjoint/core';
import { choice, count, documented, object, oneOf, optional, positive } from '@adjoint/core/options';
import { labelsOf, softmaxOfRows } from '../numbers.js';

/** Of the package of losses, whose names this one does not know. */
const squaredError = 'meanSquaredError' as Choice<'loss'>;

/**
 * Members one after the other, each a regression on what is still missing: the residuals of squared error, or of class
 * probabilities. Their scaled outputs add up, of classes as logits.
 */
export const gradientBoosting = defineEnsemble({
  options: object({
    members: documented(optional(count, 10), 'Number of stages.'),
    learningRate: documented(optional(positive, 0.1), 'Factor of each stage.'),
    task: documented(optional(oneOf('regression', 'classification'), 'regression'), 'What the targets are.'),
    loss: documented(
      optional(choice('loss')),
      'What each stage is trained on, with the residuals as its targets; meanSquaredError if not given.',
    ),
  }),
  formula: 'F ← F + rate·f, f fitted to t − F, or to one-hot t − softmax(F)',
  source: 'Friedman 2001, algorithms 1, 2 and 6, with a network in place of a tree',
  examples: [{ targets: 'numbers' }, { options: { members: 3, task: 'classification' } }],
  create: ({ members: wanted, learningRate, task, loss = squaredError }) => ({
    async fit(given) {
      const { base, size, train, predict, targets } = given;
      const all = await targets(base.train);
      const { metrics: _, ...trainer } = base.trainer;
      const trained: JobResult[] = [];
      let stage = task === 'regression' ? ofNumbers(all, size) : ofClasses(all, size, given.outputs[0]);
      const figures: Record<string, number> = {};
      while (trained.length < wanted) {
        const residuals = stage.residuals();
        const member = await train(
          { trainer: { ...trainer, loss }, train: { ...base.train, targets: residuals }, validation: undefined },
          { count: wanted, weight: learningRate },
        );
        const output = await predict(member, base.train);
        if (output.data.length !== residuals.data.length)
          throw new AdjointError(
            'SHAPE_MISMATCH',
            `gradientBoosting: members give ${output.data.length / size} numbers for each example, but ${residuals.data.length / size} are wanted; end the model with as many units.`,
          );
        trained.push(member);
        stage = stage.after(output, learningRate);
        figures[`member_${trained.length}/residual`] =
          Float64Array.from(stage.residuals().data).reduce((sum, value) => sum + value * value, 0) / size;
      }
      const factors = trained.map(() => learningRate);
      return { members: trained, combine: { sumVote: { factors, start: stage.start } }, figures };
    },
  }),
});

/** Where the sum of the stages stands. */
interface Stage {
  readonly start: number[];
  residuals(): HostTensor;
  after(output: HostTensor, rate: number): Stage;
}

function targetOf(targets: readonly HostTensor[]): HostTensor {
  const [target] = targets;
  if (!target) throw new AdjointError('DATA_INVALID', 'gradientBoosting: the data have no targets.');
  return target;
}

function ofNumbers(targets: readonly HostTensor[], size: number): Stage {
  const target = targetOf(targets);
  const columns = target.data.length / size;
  const start = Array.from({ length: columns }, (_, k) => {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += target.data[i * columns + k]!;
    return sum / size;
  });
  const shape = target.shape.length === 1 ? [size, 1] : target.shape;
  return stageOf(start, repeated(start, size), (sums) => ({
    data: Float32Array.from(sums, (sum, i) => target.data[i]! - sum),
    shape,
    dtype: 'float32',
  }));
}

function ofClasses(targets: readonly HostTensor[], size: number, { shape }: VaryingType): Stage {
  targetOf(targets);
  // The classes are those of the members; some of them may be missing from the data.
  const [columns] = shape;
  if (shape.length !== 1 || typeof columns !== 'number' || columns < 2)
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `gradientBoosting: takes members with one output for each of two classes or more, not [${shape.join(', ')}]; end the model with one unit per class.`,
    );
  const labels = labelsOf('gradientBoosting', targets, columns);
  const counts = new Float64Array(columns);
  labels.forEach((label) => counts[label]!++);
  // Of a class that is missing, ½ example, so that its logarithm is finite.
  const start = Array.from(counts, (howMany) => Math.log(Math.max(howMany, 0.5) / size));
  return stageOf(start, repeated(start, size), (sums) => {
    const probabilities = softmaxOfRows(sums, columns);
    return {
      data: Float32Array.from(probabilities, (p, i) => Number(labels[Math.floor(i / columns)] === i % columns) - p),
      shape: [size, columns],
      dtype: 'float32',
    };
  });
}

function repeated(row: readonly number[], times: number): Float64Array {
  return Float64Array.from({ length: row.length * times }, (_, i) => row[i % row.length]!);
}

function stageOf(start: number[], sums: Float64Array, residualsOf: (sums: Float64Array) => HostTensor): Stage {
  return {
    start,
    residuals: () => residualsOf(sums),
    after: ({ data }, rate) =>
      stageOf(
        start,
        sums.map((sum, i) => sum + rate * data[i]!),
        residualsOf,
      ),
  };
}
