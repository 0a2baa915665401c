import type { HostArray } from '../src/initial-arrays.js';
import { serve } from '../src/serve.js';

/** A peer for tests: the matrix product in three loops, times the factor that the command line gives. */
const factor = Number(process.argv[2]);

function meanSquareOfProduct(a: HostArray, b: HostArray): number {
  const size = a.shape[0]!;
  let sum = 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      let element = 0;
      for (let k = 0; k < size; k++) element += a.data[row * size + k]! * b.data[k * size + column]!;
      sum += element ** 2;
    }
  }
  return sum / size ** 2;
}

await serve('1', {
  matmul: ({ a, b }) => {
    let result = NaN;
    return { run: () => void (result = factor * meanSquareOfProduct(a!, b!)), check: () => result };
  },
});
