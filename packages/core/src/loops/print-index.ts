import type { Guard, Index } from './loop-program.js';

/** Letters of loop variables, outermost first; o and l look too much like digits. */
const letters = [...'ijkmnpqrstuv'];

/** The name of a loop variable. */
export function axisName(axis: number): string {
  return letters[axis] ?? `i${axis}`;
}

/**
 * An index as a sum of loop variables. Variables of one coefficient are grouped, and each group takes its share of the
 * offset, so that the index of a convolution's input reads `28·(i + k − 1) + j + m − 1`.
 */
export function printIndex({ offset, coefficients, divisor }: Index): string {
  const magnitudes = [...new Set(coefficients.map(Math.abs))].filter((c) => c !== 0).sort((a, b) => b - a);
  let rest = offset;
  const terms: Term[] = magnitudes.flatMap((magnitude) => {
    const share = Math.trunc(rest / magnitude);
    rest -= share * magnitude;
    return scaled(magnitude, groupOf(coefficients, magnitude, share));
  });
  const sum = printSum([...terms, ...constant(rest)]);
  if (divisor === 1) return sum;
  return `${terms.length > 1 || offset !== 0 ? `(${sum})` : sum}/${divisor}`;
}

/** A condition on an index: that it is whole, if it is a quotient, and in range. */
export function printGuard({ index, extent }: Guard): string {
  const range = `0 ≤ ${printIndex(index)} < ${extent}`;
  return index.divisor === 1 ? range : `${range} and whole`;
}

/** A part of a sum, with its sign apart. */
interface Term {
  readonly negative: boolean;
  readonly text: string;
}

/** The variables with a coefficient of ±magnitude, and a whole number, in the order in which a person would write them. */
function groupOf(coefficients: readonly number[], magnitude: number, share: number): Term[] {
  const variables = coefficients.flatMap((c, axis) =>
    Math.abs(c) === magnitude ? [{ negative: c < 0, text: axisName(axis) }] : [],
  );
  const positive = variables.filter(({ negative }) => !negative);
  const negative = variables.filter((term) => term.negative);
  return positive.length > 0 ? [...positive, ...negative, ...constant(share)] : [...constant(share), ...negative];
}

function scaled(magnitude: number, group: readonly Term[]): Term[] {
  if (magnitude === 1) return [...group];
  const [only, ...others] = group as [Term, ...Term[]];
  if (others.length === 0) return [{ negative: only.negative, text: `${magnitude}·${only.text}` }];
  return [{ negative: false, text: `${magnitude}·(${printSum(group)})` }];
}

function constant(value: number): Term[] {
  return value === 0 ? [] : [{ negative: value < 0, text: String(Math.abs(value)) }];
}

function printSum(terms: readonly Term[]): string {
  const [first, ...others] = terms;
  if (!first) return '0';
  return [
    `${first.negative ? '−' : ''}${first.text}`,
    ...others.map(({ negative, text }) => `${negative ? '−' : '+'} ${text}`),
  ].join(' ');
}
