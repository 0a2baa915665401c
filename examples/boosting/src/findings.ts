import type { Findings } from '@adjoint/experiment';
import { lineChart } from '@adjoint/plots';

/** Errors by the number of members. */
export interface Boosted {
  readonly train: readonly number[];
  readonly test: readonly number[];
  /** Of the first member, if it is a tree. */
  readonly nodes: number;
}

export interface Measured {
  readonly stumps: Boosted;
  /** The same by probabilities. */
  readonly real: Boosted;
  /** One tree without limits. */
  readonly large: Boosted;
  /** One tree of 122 leaves. */
  readonly small: Boosted;
  readonly networks: Boosted;
  /** One network with as many units as all members together. */
  readonly wide: Boosted;
}

const percent = (share: number): number => Number((100 * share).toFixed(1));
const last = (errors: readonly number[]): number => errors.at(-1) ?? Number.NaN;
const only = ({ train, test }: Boosted) => ({ train: last(train), test: last(test) });

export function findingsOf(measured: Measured): Findings {
  const { stumps, real, large, small, networks, wide } = measured;
  return {
    figures: {
      stumps: { ...only(stumps), oneStump: stumps.test[0], members: stumps.test.length, testErrors: stumps.test },
      stumpsByProbabilities: { ...only(real), members: real.test.length, testErrors: real.test },
      largeTree: { ...only(large), nodes: large.nodes },
      treeOf122Leaves: { ...only(small), nodes: small.nodes },
      networks: {
        ...only(networks),
        oneNetwork: networks.test[0],
        members: networks.test.length,
        testErrors: networks.test,
      },
      wideNetwork: only(wide),
    },
    published: [
      { figure: 'test error of one stump, %', published: 45.8, ours: percent(stumps.test[0]!) },
      {
        figure: `of ${stumps.test.length} boosted stumps, %`,
        published: 5.8,
        ours: percent(last(stumps.test)),
        note: 'SAMME, for two classes the AdaBoost.M1 of the book',
      },
      {
        figure: `of ${real.test.length} boosted by their probabilities, %`,
        published: '–',
        ours: percent(last(real.test)),
        note: 'SAMME.R',
      },
      {
        figure: 'of one large tree, %',
        published: 24.7,
        ours: percent(last(small.test)),
        note: `published: 244 nodes; ours: ${small.nodes}`,
      },
      {
        figure: 'of one tree that is not limited, %',
        published: '–',
        ours: percent(last(large.test)),
        note: `${large.nodes} nodes, training error ${percent(last(large.train))} %`,
      },
      {
        figure: `of one network of 2 hidden units, then ${networks.test.length} boosted, %`,
        published: '–',
        ours: `${percent(networks.test[0]!)} → ${percent(last(networks.test))}`,
        note: `one of ${2 * networks.test.length} units: ${percent(last(wide.test))}`,
      },
    ],
    plots: { boosting: plot(measured) },
    conclusions: conclusionsOf(measured),
  };
}

function conclusionsOf({ stumps, real, large, small, networks, wide }: Measured): string[] {
  const [boosted, alone] = [last(stumps.test), Math.min(last(large.test), last(small.test))];
  const [many, one] = [last(networks.test), last(wide.test)];
  const fitted = stumps.train.findIndex((error) => error === 0);
  const best = Math.min(...stumps.test);
  return [
    boosted < alone
      ? `Boosted stumps are wrong on ${percent(boosted)} % of new points, the better of the two trees on ${percent(alone)} %: as published, weak members together beat a strong one.`
      : `Boosted stumps are wrong on ${percent(boosted)} % of new points and the better tree on ${percent(alone)} %: not as published.`,
    `The published 5.8 % ${between(5.8, percent(boosted), percent(last(real.test)))}.`,
    `Members that say probabilities (SAMME.R) come to ${percent(last(real.test))} %, ${
      last(real.test) < boosted ? 'less' : 'no less'
    } than those that vote.`,
    fitted < 0
      ? `On the points they were trained on votes are still wrong for ${percent(last(stumps.train))} %; their lowest test error on the way is ${percent(best)} %.`
      : `They know their training points by heart after ${fitted + 1} members, when the test error is ${percent(stumps.test[fitted]!)} %; more members bring it to ${percent(boosted)} %.`,
    `Networks of two units: ${percent(networks.test[0]!)} % alone, ${percent(many)} % boosted; ${
      many < one
        ? `one network with as many units as all of them together comes to ${percent(one)} %.`
        : `one network with as many units as all of them together is better, ${percent(one)} %.`
    }`,
  ];
}

/** Where a published figure lies. */
function between(published: number, votes: number, probabilities: number): string {
  if (published < Math.min(votes, probabilities)) return 'is below what votes and probabilities come to here';
  if (published > Math.max(votes, probabilities)) return 'is above what votes and probabilities come to here';
  const nearer = Math.abs(published - votes) < Math.abs(published - probabilities) ? 'votes' : 'probabilities';
  return `lies between what votes and probabilities come to here, nearer to that of ${nearer}`;
}

function plot({ stumps, real, small, networks, wide }: Measured): string {
  const curve = (errors: readonly number[]) => errors.map((error, i): [number, number] => [i + 1, 100 * error]);
  const level = ({ test }: Boosted): [number, number][] => [1, stumps.test.length].map((x) => [x, 100 * last(test)]);
  return lineChart({
    title: 'Test error by number of members',
    subtitle: 'Ten normal features, the class is whether Σ x² > 9.34; dotted: 5.8 %, as published for 400 stumps',
    series: [
      { name: 'boosted stumps', points: curve(stumps.test) },
      { name: 'boosted stumps, training', points: curve(stumps.train) },
      { name: 'by probabilities', points: curve(real.test) },
      { name: `one tree of ${small.nodes} nodes`, points: level(small), dashed: true },
      { name: 'boosted networks of 2 units', points: curve(networks.test) },
      { name: `one network of ${2 * networks.test.length} units`, points: level(wide), dashed: true },
    ],
    levels: [{ value: 5.8 }],
    x: { label: 'members', scale: 'log' },
    y: { label: 'error, %', domain: [0, 50] },
  });
}
