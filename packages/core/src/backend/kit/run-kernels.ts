import { isRepeat, type Kernel, type Program } from '../../compiler/program.js';

/**
 * Runs a program's kernels one by one, those of repeats in every iteration. `moved` gives the bytes by which a storage has
 * moved from its place.
 */
export function runKernels(
  { kernels }: Pick<Program, 'kernels'>,
  run: (kernel: Kernel, moved: (storage: number) => number) => void,
): void {
  const distances = new Map<number, number>();
  const moved = (storage: number): number => distances.get(storage) ?? 0;
  const runAll = (all: Program['kernels']): void => {
    for (const kernel of all) {
      if (!isRepeat(kernel)) {
        run(kernel, moved);
        continue;
      }
      const starts = kernel.advances.map(({ storage }) => moved(storage));
      const moveTo = (iteration: number): void =>
        kernel.advances.forEach(({ storage, bytes }, i) => distances.set(storage, starts[i]! + iteration * bytes));
      for (let iteration = 0; iteration < kernel.count; iteration++) {
        moveTo(iteration);
        runAll(kernel.kernels);
      }
      moveTo(0);
    }
  };
  runAll(kernels);
}
