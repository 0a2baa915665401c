import { AdjointError, defineEnsemble, type HostTensor, type RandomSource } from '@adjoint/core';
import { boolean, count, documented, fraction, object, optional, refine } from '@adjoint/core/options';
import { combineLayer, combineOption } from '../combine.js';
import { labelsOf, largestOfRows, softmaxOfRows } from '../numbers.js';
import { outOfBag } from './out-of-bag.js';

const members = documented(optional(count, 10), 'Number of members.');
const share = documented(
  optional(
    refine(fraction, (value) => value > 0, 'above 0'),
    1,
  ),
  'Examples that a member is shown, as a share of all.',
);

/** Members on bootstrap samples: drawn with replacement, so that each leaves out about 37 % of the examples. */
export const bagging = defineEnsemble({
  options: object({
    members,
    share,
    combine: combineOption,
    outOfBag: documented(
      optional(boolean, true),
      'Whether the error is estimated by the members that did not see an example: the figures outOfBag/accuracy, or outOfBag/squaredError, and outOfBag/covered.',
    ),
  }),
  formula: 'y = combine(y₁, y₂, …), yₘ trained on n draws with replacement',
  source: 'Breiman 1996, section 1; Breiman 1996, "Out-of-bag estimation"',
  create: ({ members: wanted, share: part, combine, outOfBag: estimates }, context) => ({
    async fit({ base, size, random, trainAll, predict, targets }) {
      const layer = combineLayer('bagging', combine, base, context);
      const shown = Math.max(1, Math.round(part * size));
      const drawn = Array.from({ length: wanted }, (_, member) => draw(random.child(`member ${member}`), size, shown));
      const trained = await trainAll(drawn.map((indices) => ({ train: { ...base.train, indices } })));
      if (!estimates) return { members: trained, combine: layer };
      const outputs: HostTensor[] = [];
      for (const member of trained) outputs.push(await predict(member, base.train));
      const figures = estimate(
        combine === 'probabilities' || combine === 'votes',
        drawn,
        outputs,
        await targets(base.train),
      );
      return { members: trained, combine: layer, figures };
    },
  }),
});

/** Members on samples without replacement. */
export const pasting = defineEnsemble({
  options: object({
    members,
    share: documented(
      optional(
        refine(fraction, (value) => value > 0, 'above 0'),
        0.5,
      ),
      'Examples that a member is shown, as a share of all.',
    ),
    combine: combineOption,
  }),
  formula: 'y = combine(y₁, y₂, …), yₘ trained on a share of the examples, each at most once',
  source: 'Breiman 1999, "Pasting small votes for classification in large databases and on-line"',
  create: ({ members: wanted, share: part, combine }, context) => ({
    async fit({ base, size, random, trainAll }) {
      const layer = combineLayer('pasting', combine, base, context);
      const shown = Math.max(1, Math.round(part * size));
      const trained = await trainAll(
        Array.from({ length: wanted }, (_, member) => {
          const indices = random.child(`member ${member}`).permutation(size).slice(0, shown).toSorted();
          return { train: { ...base.train, indices } };
        }),
      );
      return { members: trained, combine: layer };
    },
  }),
});

function draw(random: RandomSource, size: number, howMany: number): Int32Array {
  return Int32Array.from({ length: howMany }, () => random.integer(size)).toSorted();
}

function estimate(
  areClasses: boolean,
  drawn: readonly Int32Array[],
  outputs: readonly HostTensor[],
  targets: readonly HostTensor[],
): Record<string, number> {
  const [first] = outputs;
  const [target] = targets;
  if (!first || !target)
    throw new AdjointError('DATA_INVALID', 'bagging: the data have no targets; give the dataset labels.');
  const columns = first.data.length / (first.shape[0] ?? 1);
  const rows = outputs.map(({ data }) => (areClasses ? softmaxOfRows(data, columns) : Float64Array.from(data)));
  const { covered, means } = outOfBag(drawn, rows, columns);
  const places = Array.from(covered.keys()).filter((place) => covered[place]);
  const covers = { 'outOfBag/covered': places.length / covered.length };
  if (places.length === 0) return covers;
  if (areClasses) {
    const labels = labelsOf('bagging', targets, columns);
    const chosen = largestOfRows(means, columns);
    const right = places.filter((place) => chosen[place] === labels[place]);
    return { ...covers, 'outOfBag/accuracy': right.length / places.length };
  }
  const errors = places.flatMap((place) =>
    Array.from({ length: columns }, (_, k) => (means[place * columns + k]! - target.data[place * columns + k]!) ** 2),
  );
  return { ...covers, 'outOfBag/squaredError': errors.reduce((sum, error) => sum + error, 0) / errors.length };
}
