import {
  i32,
  load,
  op,
  type Callable,
  type Code,
  type FunctionBuilder,
  type ModuleBuilder,
} from '../assembler/index.js';
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

/**
 * Adds NAME(thread, threads, firstStep, endStep): what one thread does of a program. `table` is the address of a table
 * with the address of each storage, and behind these that of the scratch memory.
 */
export function defineProgram(
  module: ModuleBuilder,
  name: string,
  steps: readonly Step[],
  { table, storages }: { readonly table: number; readonly storages: number },
  barrier: (thread: Code<'i32'>, threads: Code<'i32'>) => Code<'void'>,
): Callable {
  const word = (index: number): Code<'i32'> => load('i32.load', i32(table), 4 * index);
  const memory: ProgramMemory = { storage: word, scratch: word(storages) };
  const program = module.define(name, ['i32', 'i32', 'i32', 'i32'], 'void', (builder, thread, threads, first, end) => {
    const f = builder as unknown as FunctionBuilder;
    const meet = (): void => f.do(barrier(thread, threads));
    steps.forEach((step, i) => {
      f.if(op('i32.and', op('i32.le_s', first, i32(i)), op('i32.gt_s', end, i32(i))), () => {
        if (step.meetsBefore) meet();
        if (step.isShared) step.write(f, { thread, threads }, memory, meet);
        else f.if(op('i32.eqz', thread), () => step.write(f, alone, memory, () => {}));
      });
    });
    meet();
  });
  module.export(program);
  return program;
}
