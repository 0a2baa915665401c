/** Degree and coefficients of a primitive polynomial, and the first direction numbers, of dimensions 2, 3, …: Joe & Kuo 2008, new-joe-kuo-6. */
const directions: readonly (readonly [degree: number, polynomial: number, first: readonly number[]])[] = [
  [1, 0, [1]],
  [2, 1, [1, 3]],
  [3, 1, [1, 3, 1]],
  [3, 2, [1, 1, 1]],
  [4, 1, [1, 1, 3, 3]],
  [4, 4, [1, 3, 5, 13]],
  [5, 2, [1, 1, 5, 5, 17]],
  [5, 4, [1, 1, 5, 5, 5]],
  [5, 7, [1, 1, 7, 11, 19]],
  [5, 11, [1, 1, 5, 1, 1]],
  [5, 13, [1, 1, 1, 3, 11]],
  [5, 14, [1, 3, 5, 5, 31]],
  [6, 1, [1, 3, 3, 9, 7, 49]],
  [6, 13, [1, 1, 1, 15, 21, 21]],
  [6, 16, [1, 3, 1, 13, 27, 49]],
  [6, 19, [1, 1, 1, 15, 7, 5]],
  [6, 22, [1, 3, 1, 15, 13, 25]],
  [6, 25, [1, 1, 5, 5, 19, 61]],
  [7, 1, [1, 3, 7, 11, 23, 15, 103]],
];

/** Number of dimensions that the table has. */
export const sobolDimensions = directions.length + 1;

/**
 * Point `index` of the Sobol sequence in one dimension, from 0, as the first 32 binary digits after the point; in the order of
 * Antonov & Saleev (1979), which Joe & Kuo use.
 */
export function sobolBits(index: number, dimension: number): number {
  const numbers = directionNumbers(dimension);
  const gray = index ^ (index >>> 1);
  let bits = 0;
  for (let k = 0; k < 32; k++) if ((gray >>> k) & 1) bits ^= numbers[k]!;
  return bits >>> 0;
}

function directionNumbers(dimension: number): number[] {
  if (dimension === 0) return Array.from({ length: 32 }, (_, k) => 2 ** (31 - k));
  const [degree, polynomial, first] = directions[dimension - 1]!;
  const numbers = first.map((m, k) => m * 2 ** (31 - k));
  for (let k = degree; k < 32; k++) {
    let next = numbers[k - degree]! ^ (numbers[k - degree]! >>> degree);
    for (let i = 1; i < degree; i++) if ((polynomial >>> (degree - 1 - i)) & 1) next ^= numbers[k - i]!;
    numbers.push(next >>> 0);
  }
  return numbers;
}
