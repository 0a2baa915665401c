import { isRepeat, type Program } from '../compiler/program.js';
import { printLoops } from '../loops/print-loops.js';
import { kernelTexts } from './kernel-texts.js';

/** The loops of every kernel. `storages` are the names of the program's storages. */
export function loopsText(program: Program, storages: readonly string[]): string {
  return kernelTexts(program, (kernel) =>
    isRepeat(kernel)
      ? [
          `runs ${kernel.count} times`,
          ...kernel.advances.map(({ storage, bytes }) => `${storages[storage]} moves by ${bytes} bytes each time`),
        ]
      : kernel.loops.flatMap((nest) =>
          printLoops(
            nest.program,
            nest.storages.map((storage) => storages[storage]!),
          ).split('\n'),
        ),
  );
}
