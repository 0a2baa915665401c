import test, { type ExecutionContext } from 'ava';
import { createApp, hostTensor, oneHot, type Choice, type TensorLike } from '@adjoint/core';
import { metricFigures } from '@adjoint/core/testing';
import { near } from '@adjoint/reference-values';
import { metrics } from '../src/index.js';

// Figures that the examples of scikit-learn's documentation state, rounded as they are there, and formulas elsewhere.

const app = createApp({ plugins: [metrics], backend: 'reference' });
test.after(() => app.close());

async function figure(choice: Choice<'metric'>, output: TensorLike, target: TensorLike): Promise<TensorLike> {
  const batch = {
    output: app.tensor(hostTensor(output, undefined, 'float64')),
    target: app.tensor(hostTensor(target)),
  };
  return (await metricFigures(app.registry.create('metric', choice), [batch])) as TensorLike;
}

/** Predicted classes as scores. */
async function ofClasses(
  t: ExecutionContext,
  choice: Choice<'metric'>,
  { truth, predicted, classes = 3 }: { truth: readonly number[]; predicted: readonly number[]; classes?: number },
  want: TensorLike,
  tolerance = 1e-9,
): Promise<void> {
  const scores = await oneHot(app.tensor(Int32Array.from(predicted)), classes).read();
  near(t, await figure(choice, scores, Int32Array.from(truth)), want, tolerance);
}

test('F-beta', async (t) => {
  const given = { truth: [0, 1, 2, 0, 1, 2], predicted: [0, 2, 1, 0, 0, 1] };
  const of = (average: 'macro' | 'micro' | 'weighted' | 'none') => ({ fBeta: { beta: 0.5, average } });
  await ofClasses(t, of('macro'), given, 0.238, 5e-4);
  await ofClasses(t, of('micro'), given, 1 / 3);
  await ofClasses(t, of('weighted'), given, 0.238, 5e-4);
  await ofClasses(t, of('none'), given, [0.714285714, 0, 0], 1e-8);
});

test('labels that do not exclude each other are scored each for itself', async (t) => {
  // scikit-learn's example of several labels: F1 of each, and their mean.
  const truth = [
    [0, 0, 0],
    [1, 1, 1],
    [0, 1, 1],
  ];
  const logits = [
    [0, 0, 0],
    [1, 1, 1],
    [1, 1, 0],
  ].map((row) => row.map((label) => label - 0.5));
  near(t, await figure({ f1: { exclusive: false, average: 'none' } }, logits, truth), [2 / 3, 1, 2 / 3]);
  near(t, await figure({ f1: { exclusive: false } }, logits, truth), 7 / 9);
  near(t, await figure({ precision: { exclusive: false, average: 'micro' } }, logits, truth), 4 / 5);
  const maps = logits.map((row) => row.map((z) => [z]));
  near(
    t,
    await figure(
      { recall: { exclusive: false, average: 'micro' } },
      maps,
      truth.map((row) => row.map((x) => [x])),
    ),
    4 / 5,
  );
});

test('intersection over union and dice, of each class and over all', async (t) => {
  const given = { truth: [0, 1, 2, 2], predicted: [0, 2, 1, 2] };
  await ofClasses(t, { intersectionOverUnion: { average: 'none' } }, given, [1, 0, 1 / 3]);
  await ofClasses(t, 'intersectionOverUnion', given, 4 / 9);
  await ofClasses(t, { dice: { average: 'none' } }, given, [1, 0, 1 / 2]);
});

test("Cohen's kappa, with costs of disagreements", async (t) => {
  // negative, positive, negative, neutral, positive by one rater, the last one negative by the other.
  await ofClasses(t, 'cohenKappa', { truth: [0, 2, 0, 1, 2], predicted: [0, 2, 0, 1, 0] }, 0.6875);
  // By the formula: one disagreement of cost 4; by chance Σ cost·n_i·n_j/n = (4·2·1 + 4·2·3 + 1 + 3 + 2 + 1)/5.
  const chance = (4 * 2 * 1 + 4 * 2 * 3 + 1 * 2 * 1 + 1 * 1 * 3 + 1 * 1 * 1 + 1 * 2 * 1) / 5;
  const quadratic = { cohenKappa: { weights: 'quadratic' } } as const;
  await ofClasses(t, quadratic, { truth: [0, 2, 0, 1, 2], predicted: [0, 2, 0, 1, 0] }, 1 - 4 / chance);
});

test("Matthews' correlation", async (t) => {
  await ofClasses(t, 'matthews', { truth: [1, 1, 1, 0], predicted: [1, 0, 1, 1], classes: 2 }, -1 / 3);
  await ofClasses(t, 'matthews', { truth: [0, 1, 2, 0], predicted: [0, 1, 2, 0] }, 1);
  await ofClasses(t, 'matthews', { truth: [0, 1, 2, 0], predicted: [1, 1, 1, 1] }, 0);
});

test('areas under both curves', async (t) => {
  const scores = [[0.1], [0.4], [0.35], [0.8]];
  const truth = Int32Array.of(0, 0, 1, 1);
  near(t, await figure('rocAuc', scores, truth), 0.75);
  near(t, await figure('prAuc', scores, truth), (1 + 2 / 3) / 2);
  // Two outputs, of which the difference counts: the same scores.
  near(
    t,
    await figure(
      'rocAuc',
      scores.map(([z]) => [1, 1 + z!]),
      truth,
    ),
    0.75,
  );
  // Ties count half: pairs (0.5, 0.5), (0.5, 0.1), (0.9, 0.5), (0.9, 0.1).
  near(t, await figure('rocAuc', [[0.5], [0.1], [0.5], [0.9]], truth), (0.5 + 1 + 1 + 1) / 4);
  t.deepEqual(await figure('rocAuc', [[0.5], [0.1]], Int32Array.of(1, 1)), NaN);
});

test('areas of several classes are those of each against the rest', async (t) => {
  const p = [
    [0.6, 0.3, 0.1],
    [0.2, 0.5, 0.3],
    [0.3, 0.3, 0.4],
    [0.5, 0.1, 0.4],
    [0.1, 0.7, 0.2],
  ];
  const labels = [0, 1, 2, 2, 0];
  const pairs = (k: number): number => {
    const [own, others] = [true, false].map((is) => p.filter((_, i) => (labels[i] === k) === is).map((row) => row[k]!));
    const wins = own!.flatMap((a) => others!.map((b) => (a > b ? 1 : a === b ? 0.5 : 0)));
    return wins.reduce((sum: number, win) => sum + win, 0) / wins.length;
  };
  const given = { scale: 'probabilities' } as const;
  near(t, await figure({ rocAuc: given }, p, Int32Array.from(labels)), (pairs(0) + pairs(1) + pairs(2)) / 3);
  const weighted = (2 * pairs(0) + pairs(1) + 2 * pairs(2)) / 5;
  near(t, await figure({ rocAuc: { ...given, average: 'weighted' } }, p, Int32Array.from(labels)), weighted);
});

test('metrics of numbers, of one output and of several', async (t) => {
  const [y, target] = [
    [2.5, 0, 2, 8],
    [3, -0.5, 2, 7],
  ];
  near(t, await figure('explainedVariance', y, target), 0.957, 5e-4);
  near(t, await figure('rSquared', y, target), 0.948, 1e-3);
  near(t, await figure('meanAbsolutePercentageError', y, target), 0.3273, 1e-4);
  near(t, await figure('meanSquaredError', y, target), 0.375);
  near(t, await figure('rootMeanSquaredError', y, target), Math.sqrt(0.375));
  const rows = [
    [0, 2],
    [-1, 2],
    [8, -5],
  ];
  const truth = [
    [0.5, 1],
    [-1, 1],
    [7, -6],
  ];
  near(t, await figure('explainedVariance', rows, truth), 0.983, 5e-4);
  near(t, await figure('meanAbsoluteError', rows, truth), 0.75);
  // Of constant targets everything is explained, or nothing.
  near(t, await figure('rSquared', [1, 1], [1, 1]), 1);
  near(t, await figure('rSquared', [1, 2], [1, 1]), 0);
});

test('a variance far from 0 keeps its digits over many batches', async (t) => {
  const metric = app.registry.create('metric', 'rSquared');
  const far = 1e4;
  const batches = [
    [0, 1],
    [2, 3],
    [4, 5],
  ].map((pair) => ({
    output: app.tensor(Float32Array.from(pair, (x) => far + x + 0.5)),
    target: app.tensor(Float32Array.from(pair, (x) => far + x)),
  }));
  near(t, (await metricFigures(metric, batches)) as number, 1 - (6 * 0.25) / 17.5, 1e-6);
});

test('log loss, perplexity and Brier score', async (t) => {
  const given = { scale: 'probabilities' } as const;
  const p = [
    [0.1, 0.9],
    [0.9, 0.1],
    [0.8, 0.2],
    [0.35, 0.65],
  ];
  const spam = Int32Array.of(1, 0, 0, 1);
  near(t, await figure({ logLoss: given }, p, spam), 0.21616, 5e-6);
  near(t, await figure({ perplexity: given }, p, spam), Math.exp(0.21616), 1e-5);
  const single = p.map(([, yes]) => [yes!]);
  near(t, await figure({ logLoss: given }, single, spam), 0.21616, 5e-6);
  near(t, await figure('perplexity', [[7, 7, 7, 7]], Int32Array.of(2)), 4);
  near(t, await figure({ brier: given }, [[0.1], [0.9], [0.8], [0.3]], Int32Array.of(0, 1, 1, 0)), 0.0375);
  near(t, await figure({ brier: given }, [[0.9, 0.1]], Int32Array.of(0)), 0.02);
  // Padding counts neither above nor below the line.
  const padded = { perplexity: { ignoreIndex: -1 } } as const;
  near(
    t,
    await figure(
      padded,
      [
        [0, 0],
        [5, -5],
        [0, 0],
      ],
      Int32Array.of(1, -1, 0),
    ),
    2,
  );
});

test('classes that are ignored count nowhere', async (t) => {
  const given = { truth: [0, 255, 1, 1], predicted: [0, 1, 0, 1], classes: 2 };
  await ofClasses(t, { accuracy: { ignoreIndex: 255 } }, given, 2 / 3);
  await ofClasses(t, { confusionMatrix: { ignoreIndex: 255 } }, given, [
    [1, 0],
    [1, 1],
  ]);
  // Also one of the classes may be.
  await ofClasses(t, { recall: { ignoreIndex: 0, average: 'none' } }, { ...given, truth: [0, 0, 1, 1] }, [0, 0.5]);
});

test('top-k', async (t) => {
  const scores = [
    [0.5, 0.2, 0.2],
    [0.3, 0.4, 0.2],
    [0.2, 0.4, 0.3],
    [0.7, 0.2, 0.1],
  ];
  near(t, await figure({ topK: { k: 2 } }, scores, Int32Array.of(0, 1, 2, 2)), 0.75);
});

test('calibration: confidence and accuracy of each bin', async (t) => {
  const p = [
    [0.95, 0.05],
    [0.9, 0.1],
    [0.3, 0.7],
    [0.6, 0.4],
  ];
  const truth = Int32Array.of(0, 1, 1, 0);
  const given = { scale: 'probabilities', bins: 4 } as const;
  // Bins of ½ … ¾ (0.7 and 0.6, both right) and ¾ … 1 (0.95 right, 0.9 wrong).
  near(t, await figure({ calibrationError: given }, p, truth), (2 * (1 - 0.65) + 2 * (0.925 - 0.5)) / 4);
  const empty = [0, NaN, NaN];
  const table = [empty, empty, [2, 0.65, 1], [2, 0.925, 0.5]];
  near(t, await figure({ reliabilityDiagram: given }, p, truth), table);
});
