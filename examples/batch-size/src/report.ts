import type { Published } from '@adjoint/experiment';
import type { Effort } from './effort.js';
import { armNames, boxes, type Arm, type Minima } from './minima.js';
import type { Noise } from './noise.js';
import type { Regression } from './regression.js';

/** Keskar et al. 2017, tables 2 and 3, network F1 on MNIST; mean ± standard deviation of five runs. */
const keskar = {
  accuracy: { 'small batch': '98.03 ± 0.07', 'large batch': '97.81 ± 0.07' },
  '1e-3': { 'small batch': '1.23 ± 0.83', 'large batch': '205.14 ± 69.52' },
  '5e-4': { 'small batch': '0.61 ± 0.27', 'large batch': '42.90 ± 17.14' },
} as const;

/** One kind of training over all seeds. */
export interface Summary {
  readonly name: Arm['name'];
  readonly accuracy: Spread;
  readonly sharpness: Readonly<Record<(typeof boxes)[number], Spread>>;
}

export interface Spread {
  readonly mean: number;
  /** Between seeds; 0 of one. */
  readonly deviation: number;
  readonly count: number;
}

export function summaries(runs: readonly Minima[]): readonly Summary[] {
  return armNames.map((name, i) => {
    const arms = runs.map(({ arms: all }) => all[i]!);
    return {
      name,
      accuracy: spread(arms.map(({ test }) => 100 * test['accuracy']!)),
      sharpness: {
        '1e-3': spread(arms.map(({ sharpness }) => sharpness['1e-3'])),
        '5e-4': spread(arms.map(({ sharpness }) => sharpness['5e-4'])),
      },
    };
  });
}

export function publishedBeside(found: readonly Summary[], isPapersData: boolean): readonly Published[] {
  const note = isPapersData ? '' : 'Fashion-MNIST here';
  const [small, large, longer] = found as readonly [Summary, Summary, Summary];
  return [
    ...[small, large].map(({ name, accuracy }) => ({
      figure: `test accuracy, ${name}, %`,
      published: keskar.accuracy[name as 'small batch'],
      ours: text(accuracy),
      note,
    })),
    {
      figure: `test accuracy, ${longer.name}, %`,
      published: 'no gap (Hoffer et al.)',
      ours: text(longer.accuracy),
      note: 'as many updates as the small batch',
    },
    ...boxes.flatMap((box) => [
      ...[small, large].map(({ name, sharpness }) => ({
        figure: `sharpness, ε = ${box}, ${name}`,
        published: keskar[box][name as 'small batch'],
        ours: text(sharpness[box]),
        note: 'projected L-BFGS, 10 iterations',
      })),
      { figure: `sharpness, ε = ${box}, ${longer.name}`, published: '', ours: text(longer.sharpness[box]) },
    ]),
  ];
}

export interface Everything {
  readonly found: readonly Summary[];
  readonly descent: Regression;
  readonly noises: readonly Noise[];
  readonly taken: readonly Effort[];
  /** Test images. */
  readonly tested: number;
}

export function conclusionsOf({ found, descent, noises, taken, tested }: Everything): readonly string[] {
  const [small, large, longer] = found as readonly [Summary, Summary, Summary];
  const ratio = large.sharpness['1e-3'].mean / small.sharpness['1e-3'].mean;
  const longRatio = longer.sharpness['1e-3'].mean / small.sharpness['1e-3'].mean;
  const off = Math.max(
    ...noises.map(({ measured, predicted }) => (predicted > 0 ? Math.abs(measured / predicted - 1) : 0)),
  );
  return [
    `At ε = 1e-3 the large batch's minimum is ${ratio.toFixed(2)} times as sharp as the small batch's: ` +
      (ratio > 1 ? 'sharper, as Keskar et al. found.' : 'not sharper, unlike what Keskar et al. found.'),
    `Trained for as many updates, it is ${longRatio.toFixed(2)} times as sharp as the small batch's.`,
    compared('the small batch', small.accuracy, 'the large batch', large.accuracy, tested),
    compared('the small batch', small.accuracy, 'the large batch, trained longer,', longer.accuracy, tested),
    `The noise of the gradient is what sampling without replacement says within ${(100 * off).toFixed(1)} %.`,
    distanceSentence(descent),
    ...effortSentence(taken),
  ];
}

function distanceSentence({ distances, descents }: Regression): string {
  const sizes = descents.map(({ batchSize }) => batchSize).join(', ');
  const falls = distances.every((distance, i) => i === 0 || distance < distances[i - 1]!);
  return (
    `In the second half of their ways, updates of batches of ${sizes} are ` +
    `${distances.map((distance) => distance.toFixed(3)).join(', ')} from the minimum (root mean square): ` +
    (falls ? 'at one rate, the smaller the batch the further its noise keeps it away.' : 'in no order of their sizes.')
  );
}

function effortSentence(taken: readonly Effort[]): string[] {
  const [first, last] = [taken[0], taken.at(-1)];
  if (!first || !last || first === last) return [];
  const fewer = (first.updates / last.updates).toFixed(1);
  const more = (last.epochs / first.epochs).toFixed(1);
  const larger = last.batchSize / first.batchSize;
  return [
    `A batch ${larger} times as large reaches the same loss in ${fewer} times fewer updates, which see ${more} times as many examples.`,
  ];
}

/** Two standard errors of the difference, from seeds if there are several, otherwise from the number of test images. */
function compared(one: string, a: Spread, other: string, b: Spread, tested: number): string {
  const variance = ({ mean, deviation, count }: Spread): number =>
    count > 1 ? deviation ** 2 / count : (mean * (100 - mean)) / tested;
  const noise = 2 * Math.sqrt(variance(a) + variance(b));
  const gap = a.mean - b.mean;
  const by = `${Math.abs(gap).toFixed(2)} points (± ${noise.toFixed(2)})`;
  if (Math.abs(gap) <= noise) return `Test accuracy of ${one} and ${other} differs by ${by}, which may be chance.`;
  return gap > 0
    ? `${upper(one)} tests better than ${other} by ${by}.`
    : `${upper(other)} tests better than ${one} by ${by}.`;
}

function upper(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function spread(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0, count: values.length };
}

function text({ mean, deviation, count }: Spread): string {
  return count > 1 ? `${mean.toFixed(2)} ± ${deviation.toFixed(2)}` : mean.toFixed(2);
}
