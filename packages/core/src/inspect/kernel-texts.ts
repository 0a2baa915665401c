import { isRepeat, type Kernel, type Program, type Repeat } from '../compiler/program.js';

/** Lines for each kernel under a title with its number and label; those of a repeat's body are set in below it. */
export function kernelTexts(
  { kernels }: Pick<Program, 'kernels'>,
  linesOf: (kernel: Kernel | Repeat) => readonly string[],
  before = '',
): string {
  return kernels
    .map((kernel, position) => {
      const number = `${before}${position}`;
      const inner = isRepeat(kernel) ? ['', ...kernelTexts(kernel, linesOf, `${number}.`).split('\n')] : [];
      const lines = [...linesOf(kernel), ...inner].map((line) => (line === '' ? '' : `  ${line}`));
      return [`kernel ${number} (${kernel.label})`, ...lines].join('\n');
    })
    .join('\n\n');
}
