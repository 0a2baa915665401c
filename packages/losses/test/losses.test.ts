import test, { type ExecutionContext } from 'ava';
import {
  checkTarget,
  createApp,
  gradients,
  hostTensor,
  type Choice,
  type HostTensor,
  type TensorLike,
} from '@adjoint/core';
import { meanLoss, reducedLoss } from '@adjoint/core/testing';
import { near } from '@adjoint/reference-values';
import { losses } from '../src/index.js';

// Values by the formulas, in plain numbers. Those of PyTorch are a family of the conformance vectors.

const app = createApp({ plugins: [losses], backend: 'reference' });
test.after(() => app.close());

type Rows = readonly (readonly number[])[];
const tensorOf = (value: TensorLike) => app.tensor(value as never, undefined, 'float64');

async function holds(
  t: ExecutionContext,
  choice: Choice<'loss'>,
  { outputs, targets = [] }: { outputs: readonly TensorLike[]; targets?: readonly TensorLike[] },
  want: readonly number[],
): Promise<void> {
  const loss = app.registry.create('loss', choice);
  const batch = { output: outputs.map(tensorOf) as never, target: targets.map(tensorOf) };
  const { losses: terms, mean } = reducedLoss(loss, batch);
  near(t, [...(await terms.data())], [...want], 1e-9);
  near(t, await mean.read(), want.reduce((sum, value) => sum + value, 0) / want.length, 1e-9);
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
const softmax = (row: readonly number[]): number[] => {
  const powers = row.map(Math.exp);
  return powers.map((power) => power / sum(powers));
};

test('crossEntropy of even logits is ln K, of class numbers as of probabilities', async (t) => {
  const outputs = [
    [
      [3, 3, 3, 3],
      [3, 3, 3, 3],
    ],
  ];
  await holds(t, 'crossEntropy', { outputs, targets: [[3, 0]] }, [Math.log(4), Math.log(4)]);
  const quarters = Array.from({ length: 2 }, () => [0.25, 0.25, 0.25, 0.25]);
  await holds(t, 'crossEntropy', { outputs, targets: [quarters] }, [Math.log(4), Math.log(4)]);
});

test('crossEntropy does not overflow: a far wrong logit costs its distance', async (t) => {
  const outputs = [
    [
      [5000, -5000],
      [5000, -5000],
    ],
  ];
  await holds(t, 'crossEntropy', { outputs, targets: [[0, 1]] }, [0, 10_000]);
});

test('scores of every scale are the same distribution', async (t) => {
  const rows = [
    [1, -2, 0.5],
    [0, 0.25, -1],
  ];
  const targets = [[2, 0]];
  const want = rows.map((row, i) => -Math.log(softmax(row)[targets[0]![i]!]!));
  const probabilities = rows.map(softmax);
  const logProbabilities = probabilities.map((row) => row.map(Math.log));
  await holds(t, 'crossEntropy', { outputs: [rows], targets }, want);
  for (const [scale, outputs] of Object.entries({ probabilities, logProbabilities }))
    await holds(t, { crossEntropy: { scale } } as never, { outputs: [outputs], targets }, want);
  await holds(t, 'negativeLogLikelihood', { outputs: [logProbabilities], targets }, want);
});

test('a probability of 0 where 1 is right costs −ln 2⁻¹²⁶, and has a gradient', async (t) => {
  const loss = app.registry.create('loss', { binaryCrossEntropy: { scale: 'probabilities' } });
  const output = tensorOf([[0], [1]]);
  const value = meanLoss(loss, { output, target: tensorOf([[1], [1]]) });
  near(t, await value.read(), (126 * Math.LN2) / 2);
  const [gradient] = gradients(value, [output]);
  t.true((await gradient!.data()).every(Number.isFinite));
});

test('binary cross-entropy weighs what is positive, of each class for itself', async (t) => {
  const [z, target] = [
    [
      [2, -1],
      [0.5, 3],
    ],
    [
      [1, 0],
      [0, 1],
    ],
  ];
  const softplus = (x: number): number => Math.log1p(Math.exp(x));
  const weights = [3, 0.5];
  const want = z.flatMap((row, i) => row.map((x, k) => (target[i]![k] ? weights[k]! * softplus(-x) : softplus(x))));
  await holds(t, { binaryCrossEntropy: { positiveWeight: weights } }, { outputs: [z], targets: [target] }, want);
});

test('losses of differences follow their formulas', async (t) => {
  const [y, target] = [
    [1, -2, 0.5, 4],
    [0.75, -2, 3, 1],
  ];
  const d = y.map((value, i) => value - target[i]!);
  const given = { outputs: [y], targets: [target] };
  await holds(t, 'meanAbsoluteError', given, d.map(Math.abs));
  await holds(
    t,
    'logCosh',
    given,
    d.map((x) => Math.log(Math.cosh(x))),
  );
  await holds(
    t,
    { quantile: { quantile: 0.9 } },
    given,
    d.map((x) => Math.max(0.9 * -x, -0.1 * -x)),
  );
  await holds(t, { smoothL1: { beta: 0 } }, given, d.map(Math.abs));
  await holds(t, 'logCosh', { outputs: [[500, -500]], targets: [[0, 0]] }, [500 - Math.LN2, 500 - Math.LN2]);
  await holds(t, 'meanSquaredError', { outputs: [[[1], [2], [4]]], targets: [[0, 2, 1]] }, [1, 0, 9]);
});

test('margins follow their formulas, with −1 or 0 for no', async (t) => {
  const y = [0.5, -0.25, 2, -3];
  const want = [0.5, 1.25, 0, 0];
  for (const no of [-1, 0]) {
    const targets = [[1, 1, 1, no]];
    await holds(t, 'hinge', { outputs: [y], targets }, want);
    await holds(
      t,
      'squaredHinge',
      { outputs: [y], targets },
      want.map((x) => x * x),
    );
  }
  // PyTorch's own example: classes 3 and 0 apply.
  const outputs = [[[0.1, 0.2, 0.4, 0.8]]];
  await holds(t, 'multiLabelMargin', { outputs, targets: [[[1, 0, 0, 1]]] }, [
    0.25 * (1 - (0.1 - 0.2) + (1 - (0.1 - 0.4)) + (1 - (0.8 - 0.2)) + (1 - (0.8 - 0.4))),
  ]);
  await holds(t, { multiMargin: { margin: 0.5, power: 2, weights: [1, 1, 1, 2] } }, { outputs, targets: [[3]] }, [
    (2 / 4) * (0 + 0 + 0.1 ** 2),
  ]);
  const { check } = app.registry.create('loss', 'hinge');
  const type = { shape: [], dtype: 'float32' } as const;
  t.throws(() => check!([hostTensor([1, 2])], type), { message: /a target is 2/ });
});

test('dice is an overlap: of each class of maps, of examples of flat masks', async (t) => {
  const p = [[0.2, 0.9, 0.6]];
  const target = [[0, 1, 1]];
  const overlap = (2 * (0.9 + 0.6) + 1) / (1.7 + 2 + 1);
  const own = { dice: { scale: 'probabilities' } } as const;
  await holds(t, own, { outputs: [p], targets: [target] }, [1 - overlap]);
  await holds(t, own, { outputs: [[p]], targets: [[target]] }, [1 - overlap]);
  // Two classes at two places, of which the first is of class 1: softmax of even logits.
  const outputs = [
    [
      [
        [0, 0],
        [0, 0],
      ],
    ],
  ];
  const exclusive = { dice: { exclusive: true, smooth: 0 } };
  await holds(t, exclusive, { outputs, targets: [[[1, 0]]] }, [0.5, 0.5]);
});

test('divergences are 0 of equal distributions, and follow their formulas elsewhere', async (t) => {
  const rows = [
    [1, -2, 0.5],
    [0, 0.25, -1],
  ];
  const p = rows.map(softmax);
  for (const loss of ['klDivergence', 'jensenShannon'] as const)
    await holds(t, loss, { outputs: [rows], targets: [p] }, [0, 0]);
  const target = [
    [0.5, 0, 0.5],
    [0.25, 0.25, 0.5],
  ];
  const kl = (a: readonly number[], b: readonly number[]): number =>
    sum(a.map((x, i) => (x === 0 ? 0 : x * Math.log(x / b[i]!))));
  await holds(
    t,
    'klDivergence',
    { outputs: [rows], targets: [target] },
    target.map((row, i) => kl(row, p[i]!)),
  );
  const js = target.map((row, i) => {
    const middle = row.map((x, k) => (x + p[i]![k]!) / 2);
    return (kl(row, middle) + kl(p[i]!, middle)) / 2;
  });
  await holds(t, 'jensenShannon', { outputs: [rows], targets: [target] }, js);
  // Distributions without anything in common: ln 2.
  const apart = { outputs: [[[1, 0]]], targets: [[[0, 1]]] };
  await holds(t, { jensenShannon: { scale: 'probabilities' } }, apart, [Math.LN2]);
});

test('pairs and triplets follow their formulas', async (t) => {
  const [a, b] = [
    [
      [3, 4],
      [1, 0],
    ],
    [
      [3, 0],
      [0, 2],
    ],
  ];
  await holds(t, { contrastive: { margin: 3 } }, { outputs: [a, b], targets: [[1, 0]] }, [
    16 / 2,
    (3 - Math.sqrt(5)) ** 2 / 2,
  ]);
  await holds(t, { cosineEmbedding: { margin: -0.5 } }, { outputs: [a, b], targets: [[1, 0]] }, [1 - 3 / 5, 0.5]);
  const scores = (rows: Rows, columns: Rows): number[][] =>
    rows.map((row) => columns.map((column) => sum(row.map((x, k) => x * column[k]!))));
  const similar = scores(a, b);
  const found = (table: Rows): number[] => table.map((row, i) => -Math.log(softmax(row)[i]!));
  const plain = { temperature: 1, normalize: false } as const;
  await holds(t, { infoNce: { ...plain, symmetric: false } }, { outputs: [a, b] }, found(similar));
  const both = found(scores(b, a)).map((value, i) => (value + found(similar)[i]!) / 2);
  await holds(t, { infoNce: plain }, { outputs: [a, b] }, both);
  const ofTruths = { output: [tensorOf(a), tensorOf(b)] as const, target: app.tensor(hostTensor([true, false])) };
  near(t, await meanLoss(app.registry.create('loss', 'contrastive'), ofTruths).read(), 16 / 4);
  const loss = app.registry.create('loss', 'triplet');
  t.throws(() => meanLoss(loss, { output: tensorOf(a) }), { message: /triplet: takes 3 outputs of one shape/ });
});

test('likelihoods follow their formulas', async (t) => {
  const [mean, variance, target] = [
    [[1], [2]],
    [[0.5], [4]],
    [[2], [0]],
  ];
  const want = mean.map(([m], i) => {
    const v = variance[i]![0]!;
    return (Math.log(v) + (target[i]![0]! - m!) ** 2 / v + Math.log(2 * Math.PI)) / 2;
  });
  const full = { full: true } as const;
  await holds(t, { gaussian: full }, { outputs: [mean, variance], targets: [target] }, want);
  const logarithms = variance.map(([v]) => [Math.log(v!)]);
  const ofLogarithms = { gaussian: { ...full, of: 'logVariance' } } as const;
  await holds(t, ofLogarithms, { outputs: [mean, logarithms], targets: [target] }, want);
  await holds(t, { poisson: { logInput: false } }, { outputs: [[2]], targets: [[3]] }, [2 - 3 * Math.log(2 + 1e-8)]);
  const stirling = 3 * Math.log(3) - 3 + Math.log(6 * Math.PI) / 2;
  await holds(t, { poisson: full }, { outputs: [[0, 0]], targets: [[3, 1]] }, [1 + stirling, 1]);
});

test('targets that are no probabilities are refused before a program sees them', (t) => {
  const wrong: HostTensor = hostTensor([[4, 8]]);
  for (const name of ['binaryCrossEntropy', 'focal', 'dice', 'multiLabelMargin'] as const)
    t.throws(() => checkTarget(app.registry.create('loss', name), wrong, { shape: [2], dtype: 'float32' }), {
      message: /the target 4, which is no probability/,
    });
});
