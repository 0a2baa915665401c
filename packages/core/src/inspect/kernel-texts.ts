import type { Kernel, Program } from '../compiler/program.js';

/** Lines for each kernel under a title with its number and label. */
export function kernelTexts({ kernels }: Program, linesOf: (kernel: Kernel) => readonly string[]): string {
  return kernels
    .map((kernel, number) =>
      [`kernel ${number} (${kernel.label})`, ...linesOf(kernel).map((line) => `  ${line}`)].join('\n'),
    )
    .join('\n\n');
}
