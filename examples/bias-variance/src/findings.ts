import type { Findings, Published } from '@adjoint/experiment';
import type { SquaredDecomposition } from '@adjoint/generalization';
import { lineChart } from '@adjoint/plots';
import type { AtCount } from './random-features.js';
import type { AtWidth } from './widths.js';

export interface Measured {
  readonly tree: SquaredDecomposition;
  readonly bagging: SquaredDecomposition;
  readonly repeats: number;
  readonly members: number;
  readonly widths: readonly AtWidth[];
  readonly features: readonly AtCount[];
  /** That the random features are fitted to. */
  readonly examples: number;
  /** Without activation and noise, of which the parts are known. */
  readonly linear: readonly AtCount[];
  readonly inputs: number;
}

interface Parts {
  readonly bias2: number;
  readonly variance: number;
  readonly total: number;
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;
const sumOf = ({ bias2, variance, noise, total }: SquaredDecomposition): string =>
  `${total.toFixed(4)} = ${[bias2, variance, noise].map((part) => part.toFixed(4)).join(' + ')}`;
const greatest = <T>(all: readonly T[], of: (each: T) => number): T =>
  all.reduce((best, each) => (of(each) > of(best) ? each : best));

/** What is known of linear features of many examples: bias² (1 − γ)² and variance γ(1 − γ), γ = features/inputs. */
export function knownParts(count: number, inputs: number): { readonly bias2: number; readonly variance: number } {
  const share = count / inputs;
  return { bias2: (1 - share) ** 2, variance: share * (1 - share) };
}

export function findingsOf(measured: Measured): Findings {
  const { tree, bagging, widths, features, examples, linear, inputs, repeats, members } = measured;
  const peak = greatest(features, ({ total }) => total);
  const widest = greatest(widths, ({ variance }) => variance);
  const most = greatest(linear, ({ variance }) => variance);
  const off = Math.max(...linear.map((at) => Math.abs(at.variance - knownParts(at.count, inputs).variance)));
  const fall = 1 - bagging.variance / tree.variance;
  const published: Published[] = [
    {
      figure: 'one tree: error = bias² + variance + noise',
      published: '0.0255 = 0.0003 + 0.0152 + 0.0098',
      ours: sumOf(tree),
      note: `${repeats} training sets, noise as it was drawn from`,
    },
    { figure: `${members} bagged trees`, published: '0.0196 = 0.0004 + 0.0092 + 0.0098', ours: sumOf(bagging) },
    { figure: 'variance that bagging takes away', published: '39 %', ours: percent(fall) },
    {
      figure: 'linear features: variance is greatest at',
      published: `${inputs / 2} (half of the inputs)`,
      ours: most.count,
      note: 'Yang et al. 2020',
    },
    {
      figure: 'random relu features: error is greatest at',
      published: `${examples} (as many as examples)`,
      ours: peak.count,
      note: 'Belkin et al. 2019',
    },
  ];
  return {
    figures: { tree, bagging, widths, features, linear },
    published,
    plots: {
      'bias-variance': plot({
        title: 'Networks of one hidden layer on images, by width',
        parts: widths.map((at) => [at.width, at]),
        label: 'hidden units',
      }),
      'double-descent': plot({
        title: 'Least squares on random relu features, by their number',
        subtitle: `Dotted: as many features as the ${examples} examples`,
        parts: features.map((at) => [at.count, at]),
        label: 'features',
        scale: 'log',
        places: [examples],
      }),
      'linear-features': knownPlot(linear, inputs),
    },
    conclusions: [
      ofTrees(tree, bagging),
      ofWidths(widths, widest),
      ofFeatures(features, peak, examples),
      `Linear features: variance is greatest at ${most.count} of ${inputs}, and off γ(1 − γ) by ${off.toFixed(3)} at most.`,
    ],
  };
}

function ofTrees(tree: SquaredDecomposition, bagging: SquaredDecomposition): string {
  const [bias, variance] = [bagging.bias2 - tree.bias2, bagging.variance - tree.variance];
  const what = (part: string, change: number, of: number): string =>
    `${change < 0 ? 'lowers' : 'raises'} ${part} of ${of.toFixed(4)} by ${Math.abs(change).toFixed(4)}`;
  const main = Math.abs(variance) > Math.abs(bias) ? 'variance' : 'bias';
  return `Bagging acts on the ${main} of a tree more than on the other part: it ${what('bias²', bias, tree.bias2)} and ${what('variance', variance, tree.variance)} (${percent(-variance / tree.variance)} less; published: 39 %).`;
}

function ofWidths(widths: readonly AtWidth[], widest: AtWidth): string {
  const [first, last] = [widths[0]!, widths.at(-1)!];
  const bias = `bias² goes from ${first.bias2.toFixed(4)} to ${last.bias2.toFixed(4)}`;
  const isBell = widest !== first && widest !== last;
  return isBell
    ? `Networks on images: ${bias} with the width, and variance is greatest at ${widest.width} hidden units and then falls, as Yang et al. 2020 found.`
    : `Networks on images: ${bias} with the width, and variance is greatest at the ${widest === first ? 'smallest' : 'largest'} width of these, ${widest.width}: no peak in between.`;
}

function ofFeatures(features: readonly AtCount[], peak: AtCount, examples: number): string {
  const after = features.filter(({ count }) => count > examples);
  const before = features.filter(({ count }) => count < examples);
  const least = (all: readonly AtCount[]) => greatest(all, ({ total }) => -total);
  const [first, second] = [least(before), least(after)];
  const ratio = peak.total / Math.min(first.total, second.total);
  return `Random features: the error falls to ${first.total.toFixed(3)} at ${first.count}, comes to ${peak.total.toPrecision(3)} at ${peak.count} (${Math.round(ratio)} times the least; ${percent(peak.variance / peak.total)} of it is variance), and is ${second.total.toFixed(3)} at ${second.count}.`;
}

function plot({
  parts,
  label,
  scale = 'linear',
  places = [],
  ...titles
}: {
  readonly title: string;
  readonly subtitle?: string;
  readonly parts: readonly (readonly [number, Parts])[];
  readonly label: string;
  readonly scale?: 'linear' | 'log';
  readonly places?: readonly number[];
}): string {
  const top = 1.05 * Math.max(...parts.map(([, { total }]) => total));
  const curve = (of: (parts: Parts) => number) => parts.map(([x, at]): [number, number] => [x, of(at)]);
  return lineChart({
    ...titles,
    series: [
      { name: 'error', points: curve(({ total }) => total) },
      { name: 'bias²', points: curve(({ bias2 }) => bias2) },
      { name: 'variance', points: curve(({ variance }) => variance) },
    ],
    dots: true,
    x: { label, scale: 'log' },
    y: { label: 'squared error', scale, ...(scale === 'linear' && { domain: [0, top] }) },
    places,
  });
}

function knownPlot(linear: readonly AtCount[], inputs: number): string {
  const counts = Array.from({ length: inputs + 1 }, (_, count) => count);
  const known = (part: 'bias2' | 'variance') =>
    counts.map((count): [number, number] => [count, knownParts(count, inputs)[part]]);
  return lineChart({
    title: 'Least squares on random linear features, by their number',
    subtitle: `${inputs} inputs, many examples, no noise; dashed: (1 − γ)² and γ(1 − γ), γ = features/inputs`,
    series: [
      { name: 'bias²', points: linear.map(({ count, bias2 }) => [count, bias2]) },
      { name: 'variance', points: linear.map(({ count, variance }) => [count, variance]) },
      { name: 'bias², in theory', points: known('bias2'), dashed: true },
      { name: 'variance, in theory', points: known('variance'), dashed: true },
    ],
    dots: true,
    x: { label: 'features' },
    y: { label: 'squared error' },
  });
}
