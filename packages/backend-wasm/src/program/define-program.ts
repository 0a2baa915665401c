import { i32, load, op, type Callable, type Code, type ModuleBuilder } from '../assembler/index.js';
import type { BarrierParameters } from '../team/barrier.js';
import type { ProgramMemory } from './step.js';
import type { PlacedStep } from './steps.js';

const stepParameters = { thread: 'i32', threads: 'i32' } as const;
const programParameters = { ...stepParameters, firstStep: 'i32', endStep: 'i32' } as const;

export interface ProgramTable {
  /** Address of a table with the address of each storage, and after these that of the scratch memory. */
  readonly address: number;
  readonly storages: number;
}

/** Adds what one thread does of a program's steps from firstStep to before endStep. */
export function defineProgram(
  module: ModuleBuilder,
  name: string,
  steps: readonly PlacedStep[],
  table: ProgramTable,
  barrier: Callable<BarrierParameters>,
): Callable<typeof programParameters, 'void'> {
  const word = (index: number): Code<'i32'> => load('i32.load', i32(table.address), 4 * index);
  const memory: ProgramMemory = { storage: word, scratch: word(table.storages) };
  return module.define(name, programParameters, (f, { thread, threads, firstStep, endStep }) => {
    const meet = (): void => f.call(barrier, { thread, threads });
    const alone = { thread: i32(0), threads: i32(1), barrier: () => {} };
    steps.forEach((step, i) => {
      f.if(op('i32.and', op('i32.le_s', firstStep, i32(i)), op('i32.gt_s', endStep, i32(i))), () => {
        if (step.needsBarrier) meet();
        if (step.isShared) step.write(f, { thread, threads, barrier: meet }, memory);
        else f.if(op('i32.eqz', thread), () => step.write(f, alone, memory));
      });
    });
    meet();
  });
}
