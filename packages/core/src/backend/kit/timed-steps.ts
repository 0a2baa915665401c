/** Runs steps one by one; gives the milliseconds of each of a program's kernels, which may consist of several steps. */
export function timedSteps(kernels: number, kernelOfStep: readonly number[], run: (step: number) => void): number[] {
  const milliseconds = new Array<number>(kernels).fill(0);
  for (const [step, kernel] of kernelOfStep.entries()) {
    const start = performance.now();
    run(step);
    milliseconds[kernel]! += performance.now() - start;
  }
  return milliseconds;
}
