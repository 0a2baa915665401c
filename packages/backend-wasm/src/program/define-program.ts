import {
  i32,
  load,
  op,
  type Callable,
  type Code,
  type FunctionBuilder,
  type ModuleBuilder,
} from '../assembler/index.js';
import type { BarrierParameters } from '../team/barrier.js';
import type { Threads } from '../team/share.js';

/** One loop program of a program. */
export interface Step {
  /** Index of the program's kernel that it belongs to. */
  readonly kernel: number;
  /** Whether all threads take part; otherwise the first one does it alone. */
  readonly isShared: boolean;
  /** Whether threads must have met since what it depends on was done. */
  readonly meetsBefore: boolean;
  write(f: FunctionBuilder, threads: Threads, memory: ProgramMemory, barrier: () => void): void;
}

export interface ProgramMemory {
  /** The address of a storage. */
  storage(index: number): Code<'i32'>;
  readonly scratch: Code<'i32'>;
}

/** The first thread, where a step is all its own. */
const alone: Threads = { thread: i32(0), threads: i32(1) };

const programParameters = { thread: 'i32', threads: 'i32', firstStep: 'i32', endStep: 'i32' } as const;

/**
 * Adds what one thread does of a program's steps from firstStep to before endStep. `table` is the address of a table
 * with the address of each storage, and after these that of the scratch memory.
 */
export function defineProgram(
  module: ModuleBuilder,
  name: string,
  steps: readonly Step[],
  { table, storages }: { readonly table: number; readonly storages: number },
  barrier: Callable<BarrierParameters>,
): Callable<typeof programParameters, 'void'> {
  const word = (index: number): Code<'i32'> => load('i32.load', i32(table), 4 * index);
  const memory: ProgramMemory = { storage: word, scratch: word(storages) };
  return module.define(name, programParameters, (f, { thread, threads, firstStep, endStep }) => {
    const meet = (): void => f.call(barrier, { thread, threads });
    steps.forEach((step, i) => {
      f.if(op('i32.and', op('i32.le_s', firstStep, i32(i)), op('i32.gt_s', endStep, i32(i))), () => {
        if (step.meetsBefore) meet();
        if (step.isShared) step.write(f, { thread, threads }, memory, meet);
        else f.if(op('i32.eqz', thread), () => step.write(f, alone, memory, () => {}));
      });
    });
    meet();
  });
}
