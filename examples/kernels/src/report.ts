import type { Published } from '@adjoint/experiment';
import type { Equivariance, Robustness } from './equivariance.js';
import type { Film } from './filters.js';
import type { Agreement } from './passes.js';

const greatest = (values: readonly number[]): number => Math.max(...values);
const gradientsOff = (agreed: readonly Agreement[]): number =>
  greatest(agreed.flatMap(({ input, kernel }) => [input, kernel]));
/** Errors on a ring at shifts that are multiples of the stride, which are to be 0. */
const ringOff = (measured: readonly Equivariance[], stride: number): number =>
  greatest(
    measured
      .filter((each) => each.border === 'ring' && each.stride === stride)
      .flatMap(({ errors }) => errors.filter((_, places) => places % stride === 0)),
  );
const zerosOff = (measured: readonly Equivariance[]): number =>
  greatest(measured.filter(({ border }) => border === 'zeros').flatMap(({ errors }) => errors));

export function exactBeside(
  measured: readonly Equivariance[],
  agreed: readonly Agreement[],
  film: Film,
): readonly Published[] {
  const still = film.responses.find(({ name }) => name === '0 if it moves right')!;
  return [
    { figure: 'equivariance on a ring, stride 1: largest difference', published: 0, ours: ringOff(measured, 1) },
    {
      figure: 'equivariance on a ring, stride 2, even shifts: largest difference',
      published: 0,
      ours: ringOff(measured, 2),
    },
    {
      figure: 'gradients less explicit convolutions, 1-D to 3-D: largest difference',
      published: 0,
      ours: gradientsOff(agreed),
      note: 'float64',
    },
    { figure: 'answer of a kernel that is 0 if the film moves right: mean square', published: 0, ours: still.energy },
  ];
}

export interface Everything {
  readonly measured: readonly Equivariance[];
  readonly agreed: readonly Agreement[];
  readonly film: Film;
  readonly robust: readonly Robustness[];
  readonly shifts: readonly number[];
}

/** What float64 leaves of a sum of a few dozen products. */
const rounding = 1e-12;

export function conclusionsOf({ measured, agreed, film, robust, shifts }: Everything): readonly string[] {
  const [ring, even, gradients] = [ringOff(measured, 1), ringOff(measured, 2), gradientsOff(agreed)];
  const odd = measured
    .filter(({ stride }) => stride === 2)
    .flatMap(({ errors }) => errors.filter((_, places) => places % 2 === 1));
  const motions = film.responses.filter(({ name }) => name.startsWith('0 if'));
  return [
    ring <= rounding && even <= rounding
      ? `On a ring, shift and convolution commute: differences of at most ${greatest([ring, even]).toExponential(1)}.`
      : `On a ring, shift and convolution do not commute: ${greatest([ring, even]).toExponential(1)}.`,
    `Zeros around the input change up to ${percent(zerosOff(measured))} of the output's length, and with stride 2 an odd ` +
      `shift ${percent(Math.min(...odd))} to ${percent(greatest(odd))}.`,
    gradients <= rounding
      ? `The library's gradients are the explicit convolutions, to ${gradients.toExponential(1)}.`
      : `The library's gradients differ from the explicit convolutions by ${gradients.toExponential(1)}.`,
    `Kernels over the film: ${motions.map(({ name, energy }) => `'${name}' ${energy.toFixed(4)}`).join(', ')} (mean square).`,
    ...robust.map(({ network, accuracies }) => {
      const [first, last] = [accuracies[0]!, accuracies.at(-1)!];
      return (
        `The network of ${network} tests at ${percent(first)} in the middle and ` +
        `at ${percent(last)} ${shifts.at(-1)} places further right.`
      );
    }),
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
