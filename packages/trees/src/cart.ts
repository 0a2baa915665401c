import { AdjointError, defineRunner, runJobs, type CreateContext, type Job, type JobResult } from '@adjoint/core';
import { count, documented, object, optional } from '@adjoint/core/options';
import { growTree, leafOf, type Nodes } from './grow.js';
import { readSample } from './sample.js';

interface TreeOptions {
  readonly units: number;
  readonly leaves: number;
  readonly depth?: number;
}

/**
 * Grows the trees of jobs in place of following gradients, so that trees are members of ensembles, folds and runs as
 * networks are. Optimizer, epochs and batches of a job say nothing here, and there is no trainer to watch.
 */
export const cart = defineRunner({
  options: object({
    least: documented(optional(count, 1), 'Examples that a leaf must have.'),
  }),
  description:
    'Grows trees, best split first and without pruning, for jobs whose model is a `tree`, perhaps after `flatten`: by squared error for the loss meanSquaredError, by Gini impurity for crossEntropy. Optimizer, epochs and batch size are not used.',
  source: 'Breiman, Friedman, Olshen & Stone 1984, chapters 4 and 8',
  create: ({ least }, context) => ({
    run: (jobs, options = {}) => runJobs(jobs, 1, options, (job) => grown(job, least, context)),
  }),
});

/** Of a class that no example of a leaf has, as a logarithm has to be finite. */
const leastShare = 1e-7;

async function grown(job: Job, least: number, context: CreateContext): Promise<JobResult> {
  const { name, units, leaves, depth } = treeOf(job, context);
  const isClassifier = criterionOf(job) === 'gini';
  const sample = await readSample(job.train, { outputs: units, isClassifier }, context);
  const nodes = growTree(sample, { leaves, depth, least });
  const outputs = isClassifier
    ? nodes.value.map((shares) => shares.map((share) => Math.log(Math.max(share, leastShare))))
    : nodes.value;
  const table = (values: readonly number[], fill = 0): Float32Array =>
    Float32Array.from({ length: 2 * leaves - 1 }, (_, node) => values[node] ?? fill);
  const stored = (data: Float32Array, shape: readonly number[] = [data.length]) =>
    ({ data, shape: [...shape], dtype: 'float32' }) as const;
  const value = new Float32Array((2 * leaves - 1) * units);
  outputs.forEach((row, node) => value.set(row, node * units));
  return {
    reason: 'completed',
    history: [{ epoch: 0, metrics: { loss: lossOf(nodes, outputs, sample, isClassifier) } }],
    composition: job.composition,
    weights: new Map([
      [`${name}/feature`, stored(table(nodes.feature))],
      [`${name}/threshold`, stored(table(nodes.threshold))],
      [`${name}/left`, stored(table(nodes.left))],
      [`${name}/right`, stored(table(nodes.right))],
      [`${name}/value`, stored(value, [2 * leaves - 1, units])],
    ]),
  };
}

/** The tree of a job's model. @throws AdjointError `OPTIONS_INVALID` for a model that is something else, too */
function treeOf({ composition }: Job, context: CreateContext): Required<TreeOptions> & { readonly name: string } {
  const { layers, outputs, dtype } = composition;
  const last = layers.at(-1);
  const isAlone = layers.slice(0, -1).every(({ layer }) => nameOf(layer) === 'flatten');
  if (
    !last?.layer ||
    nameOf(last.layer) !== 'tree' ||
    !isAlone ||
    outputs.length !== 1 ||
    outputs[0] !== last.name ||
    dtype
  )
    throw new AdjointError(
      'OPTIONS_INVALID',
      "cart: grows models of float32 that are one tree, such as app.sequential({ input: [4] }, [{ tree: { units: 1, leaves: 8 } }]), with 'flatten' before it if need be; train others with another runner.",
    );
  context.create('layer', last.layer);
  const { units, leaves, depth = 24 } = (last.layer as unknown as { readonly tree: TreeOptions }).tree;
  return { name: last.name, units, leaves, depth };
}

/** The name that a choice is registered by. */
function nameOf(choice: unknown): string | undefined {
  return typeof choice === 'string' ? choice : Object.keys(Object(choice)).find((key) => key !== 'name');
}

function criterionOf({ trainer: { loss } }: Job): 'gini' | 'squaredError' {
  const name = nameOf(loss);
  if (name === 'crossEntropy') return 'gini';
  if (name === 'meanSquaredError') return 'squaredError';
  throw new AdjointError(
    'OPTIONS_INVALID',
    'cart: grows trees for the losses meanSquaredError (by squared error) and crossEntropy (by Gini impurity); choose one of them.',
  );
}

/** What the tree's loss is on the examples that it was grown from. */
function lossOf(
  nodes: Nodes,
  values: readonly Float64Array[],
  { inputs, features, targets, outputs, weights }: Awaited<ReturnType<typeof readSample>>,
  isClassifier: boolean,
): number {
  let [loss, weight] = [0, 0];
  weights.forEach((own, row) => {
    const value = values[leafOf(nodes, (feature) => inputs[row * features + feature]!)]!;
    weight += own;
    value.forEach((output, k) => {
      const target = targets[row * outputs + k]!;
      loss += own * (isClassifier ? -target * output : (output - target) ** 2 / outputs);
    });
  });
  return loss / weight;
}
