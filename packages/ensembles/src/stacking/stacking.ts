import {
  AdjointError,
  datasetOf,
  defineEnsemble,
  type Choice,
  type Composition,
  type EnsembleContext,
  type HostTensor,
  type JobResult,
} from '@adjoint/core';
import { array, choice, count, custom, documented, object, optional, refine } from '@adjoint/core/options';

/** Of other packages, whose names this one does not know. */
const lbfgs = 'lbfgs' as Choice<'optimizer'>;

const composition = custom<Composition>(
  (value) => typeof value === 'object' && value !== null && 'layers' in value,
  'a composition: model.composition',
);

/**
 * Members, perhaps of different kinds, and a linear model of what they say. Every member is trained once for each fold of the
 * data, so that the linear model is fitted to what is said of examples that were not seen, and then on all.
 */
export const stacking = defineEnsemble({
  options: object({
    members: documented(optional(count, 3), 'Number of members that differ in their seeds, where no models are given.'),
    models: documented(
      optional(refine(array(composition), (models) => models.length > 0, 'at least one')),
      'Compositions of the members; their inputs and outputs are those of the first model.',
    ),
    folds: documented(
      optional(
        refine(count, (folds) => folds >= 2, '≥ 2'),
        5,
      ),
      'Parts of the data, each of which the members learn from the others.',
    ),
    optimizer: documented(optional(choice('optimizer')), 'Of the linear model; lbfgs if not given.'),
    epochs: documented(optional(count, 50), 'Updates of the linear model, on all examples at once.'),
  }),
  formula: 'z = W·[z₁; z₂; …] + b, W and b fitted to outputs for examples that the members had not seen',
  source: 'Wolpert 1992; Breiman 1996, "Stacked regressions"',
  create: ({ members: wanted, models, folds, optimizer = lbfgs, epochs }) => ({
    async fit(context) {
      const { base, size, random, train, targets } = context;
      if (folds > size)
        throw new AdjointError('OPTIONS_INVALID', `stacking: ${size} examples make no ${folds} folds; choose fewer.`);
      const compositions = models ?? new Array<Composition>(wanted).fill(base.composition);
      const order = random.child('folds').permutation(size);
      const howMany = compositions.length * (folds + 1);
      const columns: HostTensor[] = [];
      const trained: JobResult[] = [];
      for (const member of compositions) {
        columns.push(await outOfFold(context, { composition: member, order, folds, count: howMany }));
        trained.push(await train({ composition: member }, { count: howMany }));
      }
      const features = sideBySide(columns);
      const { loss } = base.trainer;
      const { weights } = await train({
        composition: linearModel(features.shape[1]!, columns[0]!.shape[1]!),
        trainer: { loss, optimizer },
        fit: { epochs, batchSize: 'full' },
        train: { data: datasetOf({ inputs: [features], targets: await targets(base.train) }) },
        validation: undefined,
      });
      const [weight, bias] = [weights.get('dense/weight')!, weights.get('dense/bias')!];
      const rows = Array.from({ length: weight.shape[0]! }, (_, row) => [
        ...weight.data.subarray(row * weight.shape[1]!, (row + 1) * weight.shape[1]!),
      ]);
      return { members: trained, combine: { linearVote: { weight: rows, bias: [...bias.data] } } };
    },
  }),
});

interface FoldsOptions {
  readonly composition: Composition;
  readonly order: Int32Array;
  readonly folds: number;
  readonly count: number;
}

/** What a kind of member says of each example, trained on the other folds: [examples, outputs]. */
async function outOfFold(
  { base, size, train, predict }: EnsembleContext,
  { composition: member, order, folds, count: all }: FoldsOptions,
): Promise<HostTensor> {
  let outputs: Float32Array | undefined;
  let width = 1;
  for (let fold = 0; fold < folds; fold++) {
    const held = order.filter((_, i) => i % folds === fold).toSorted();
    const others = order.filter((_, i) => i % folds !== fold).toSorted();
    const trained = await train({ composition: member, train: { ...base.train, indices: others } }, { count: all });
    const { data } = await predict(trained, { ...base.train, indices: held });
    width = data.length / held.length;
    outputs ??= new Float32Array(size * width);
    for (const [i, example] of held.entries())
      for (let k = 0; k < width; k++) outputs[example * width + k] = data[i * width + k]!;
  }
  return { data: outputs!, shape: [size, width], dtype: 'float32' };
}

function sideBySide(columns: readonly HostTensor[]): HostTensor {
  const size = columns[0]!.shape[0]!;
  const widths = columns.map(({ shape }) => shape[1]!);
  const width = widths.reduce((sum, own) => sum + own, 0);
  const data = new Float32Array(size * width);
  let offset = 0;
  for (const [m, column] of columns.entries()) {
    const own = widths[m]!;
    column.data.forEach((value, i) => (data[Math.floor(i / own) * width + offset + (i % own)] = value));
    offset += own;
  }
  return { data, shape: [size, width], dtype: 'float32' };
}

function linearModel(inputs: number, units: number): Composition {
  return {
    inputs: [{ name: 'x', shape: [inputs], dtype: 'float32' }],
    layers: [{ name: 'dense', layer: { dense: { units } } as unknown as Choice<'layer'>, inputs: ['x'] }],
    outputs: ['dense'],
  };
}
