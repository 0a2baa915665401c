import type { Findings } from '@adjoint/experiment';
import { lineChart, type Series } from '@adjoint/plots';
import { mean, variances, type Repeat, type Variances } from './repeats.js';

export interface Waves {
  /** Test errors of single trees on all their examples. */
  readonly alone: readonly number[];
  readonly bagged: readonly Repeat[];
}

export interface Images {
  /** In each training set. */
  readonly examples: number;
  readonly bagged: readonly Repeat[];
  readonly voting: readonly Repeat[];
}

const percent = (share: number): number => Number((100 * share).toFixed(1));
const last = (values: readonly number[]): number => values.at(-1) ?? Number.NaN;
/** Mean over the repeats of the error after each member. */
const curveOf = (repeats: readonly Repeat[]): number[] =>
  repeats[0]!.errors.map((_, member) => mean(repeats.map(({ errors }) => errors[member]!)));
const outOfBag = (repeats: readonly Repeat[]): number => mean(repeats.map((repeat) => repeat.outOfBag ?? Number.NaN));

export function findingsOf(waves: Waves, images: Images): Findings {
  const alone = mean(waves.alone);
  const [trees, bagged, voting] = [curveOf(waves.bagged), curveOf(images.bagged), curveOf(images.voting)];
  const [ofTrees, ofNetworks] = [variances(waves.bagged), variances(images.bagged)];
  const fall = 1 - last(trees) / alone;
  return {
    figures: {
      waveform: {
        single: alone,
        bagged: last(trees),
        outOfBag: outOfBag(waves.bagged),
        errors: trees,
        variances: ofTrees,
        repeats: waves.alone.length,
      },
      images: {
        single: voting[0],
        bagged: last(bagged),
        voting: last(voting),
        outOfBag: outOfBag(images.bagged),
        errors: bagged,
        votingErrors: voting,
        variances: ofNetworks,
        examples: images.examples,
        repeats: images.bagged.length,
      },
    },
    published: [
      { figure: 'waveform: error of one tree, %', published: 29.1, ours: percent(alone), note: 'ours are not pruned' },
      { figure: `of ${trees.length} bagged trees, %`, published: 19.3, ours: percent(last(trees)) },
      { figure: 'fall of the error, %', published: 34, ours: Math.round(100 * fall) },
      {
        figure: 'its estimate out of bag, %',
        published: '–',
        ours: percent(outOfBag(waves.bagged)),
      },
      {
        figure: `images: one network, ${bagged.length} bagged, ${voting.length} that differ in their seeds, %`,
        published: '–',
        ours: [voting[0]!, last(bagged), last(voting)].map(percent).join(', '),
        note: `${images.examples} images to learn from`,
      },
      { figure: 'bagged networks, out of bag, %', published: '–', ours: percent(outOfBag(images.bagged)) },
    ],
    plots: {
      bagging: errorPlot(alone, trees, outOfBag(waves.bagged)),
      'bagging-images': imagePlot(bagged, voting, outOfBag(images.bagged)),
      'bagging-variance': variancePlot(ofTrees, ofNetworks),
    },
    conclusions: [
      `Bagging brings trees on waves from ${percent(alone)} to ${percent(last(trees))} %, ${Math.round(100 * fall)} % less (published: 34 %).`,
      `Out of bag: ${percent(outOfBag(waves.bagged))} % for ${percent(last(trees))} % of the trees, ${percent(outOfBag(images.bagged))} % for ${percent(last(bagged))} % of the networks on images.`,
      ofVariance('trees', ofTrees),
      ofVariance('networks', ofNetworks),
      last(bagged) < last(voting)
        ? `Bagged networks (${percent(last(bagged))} %) beat those that differ in their seeds alone (${percent(last(voting))} %).`
        : `Networks that differ in their seeds alone and see all images (${percent(last(voting))} %) are as good as bagged ones or better (${percent(last(bagged))} %): a bootstrap sample lacks 37 % of the examples.`,
    ],
  };
}

function ofVariance(what: string, { ofOne, correlation, measured, predicted }: Variances): string {
  const worst = Math.max(...measured.map((value, i) => Math.abs(value / predicted[i]! - 1)));
  return `Two ${what} of one training set correlate by ρ = ${correlation.toFixed(2)}; the mean of ${measured.length} has ${percent(last(measured) / ofOne)} % of the variance of one, and is off ρσ² + (1 − ρ)σ²/B by ${percent(worst)} % at most.`;
}

const points = (values: readonly number[], factor = 100): [number, number][] =>
  values.map((value, i) => [i + 1, factor * value]);
const level = (value: number, count: number): [number, number][] => [1, count].map((x) => [x, 100 * value]);

function errorPlot(alone: number, trees: readonly number[], estimate: number): string {
  return lineChart({
    title: 'Bagged trees on waveform data: test error by number of members',
    subtitle: 'Dotted: 29.1 and 19.3 %, as published for one tree and 50',
    series: [
      { name: 'bagged trees', points: points(trees) },
      { name: 'one tree on all examples', points: level(alone, trees.length), dashed: true },
      { name: 'out of bag, all members', points: level(estimate, trees.length), dashed: true },
    ],
    levels: [{ value: 29.1 }, { value: 19.3 }],
    x: { label: 'members' },
    y: { label: 'error, %' },
  });
}

function imagePlot(bagged: readonly number[], voting: readonly number[], estimate: number): string {
  return lineChart({
    title: 'Networks on images: test error by number of members',
    series: [
      { name: 'bagging', points: points(bagged) },
      { name: 'other seeds, all examples', points: points(voting) },
      { name: 'out of bag, all members', points: level(estimate, bagged.length), dashed: true },
    ],
    x: { label: 'members' },
    y: { label: 'error, %' },
  });
}

/** As shares of the variance of one member, so that both fit one axis. */
function variancePlot(trees: Variances, networks: Variances): string {
  const curves = (what: string, { ofOne, measured, predicted, correlation }: Variances): Series[] => [
    { name: what, points: points(measured, 100 / ofOne) },
    { name: `${what}: ρ = ${correlation.toFixed(2)}`, points: points(predicted, 100 / ofOne), dashed: true },
  ];
  return lineChart({
    title: 'Variance over training sets of the mean of B members',
    subtitle: 'In % of that of one member; dashed: ρ + (1 − ρ)/B',
    series: [...curves('trees on waves', trees), ...curves('networks on images', networks)],
    x: { label: 'members B' },
    y: { label: 'variance, %', domain: [0, 105] },
  });
}
