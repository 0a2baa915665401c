import { broadcastTo, iota, mul, sum, transpose, where, type Tensor } from '@adjoint/core';
import type { Call } from './call.js';

/**
 * Sums of products by Einstein's convention: all operands are brought to the axes of all letters, multiplied, and summed
 * over those that the output leaves out. Simple rather than fast; networks rarely depend on it.
 */
export function einsum(equation: string, operands: readonly Tensor[], call: Call): Tensor {
  const [left = '', given] = equation.replaceAll(' ', '').split('->');
  const terms = left.split(',');
  if (terms.length !== operands.length)
    throw call.error('FILE_INVALID', `the equation '${equation}' is not one of ${operands.length} operands.`);
  const dots = Math.max(
    0,
    ...operands.map((operand, i) => (terms[i]?.includes('...') ? operand.rank - (terms[i].length - 3) : 0)),
  );
  // Axes under the dots get upper-case Greek letters, which no equation has.
  const hidden = String.fromCharCode(...Array.from({ length: dots }, (_, i) => 0x3_91 + i));
  const lettersOf = (term: string, rank: number): string[] => {
    const own = rank - (term.length - 3);
    return [...term.replace('...', own > 0 ? hidden.slice(-own) : '')];
  };
  const letters = operands.map((operand, i) => lettersOf(terms[i] ?? '', operand.rank));
  const counts = new Map<string, number>();
  for (const letter of letters.flat()) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  const single = [...counts].flatMap(([letter, count]) => (count === 1 && !hidden.includes(letter) ? [letter] : []));
  const output = given === undefined ? [...hidden, ...single.sort()] : [...given.replace('...', hidden)];
  const all = [...output, ...[...counts.keys()].filter((letter) => !output.includes(letter))];
  const product = operands.map((operand, i) => alongLetters(operand, letters[i] ?? [], all)).reduce(mul);
  const summed = all.slice(output.length).map((_, i) => output.length + i);
  return summed.length === 0 ? product : sum(product, summed);
}

/** An operand with an axis for each letter, of extent 1 where it does not have it. */
function alongLetters(operand: Tensor, own: readonly string[], all: readonly string[]): Tensor {
  const twice = own.findIndex((letter, axis) => own.indexOf(letter) !== axis);
  if (twice >= 0) {
    const first = own.indexOf(own[twice] ?? '');
    return alongLetters(diagonal(operand, first, twice), own.toSpliced(twice, 1), all);
  }
  const order = all.filter((letter) => own.includes(letter)).map((letter) => own.indexOf(letter));
  const moved = transpose(operand, order);
  const extents = new Map(own.map((letter, axis) => [letter, operand.shape[axis] ?? 1]));
  return moved.reshape(all.map((letter) => extents.get(letter) ?? 1));
}

/** The elements whose indices along two axes are equal, along the first of them. */
function diagonal(x: Tensor, first: number, second: number): Tensor {
  const shape = x.shape.map((extent, axis) => (axis === first || axis === second ? extent : 1));
  const isEqual = iota(shape, first).equal(iota(shape, second));
  return sum(where(broadcastTo(isEqual, x.shape), x, 0), second);
}
