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

/** The functions of a program: `main` calls one for each step. */
export interface ProgramFunctions {
  readonly main: Callable<typeof programParameters, 'void'>;
  readonly steps: readonly Callable<typeof stepParameters, 'void'>[];
}

/**
 * Adds a function for what one thread does of each step, named after the step's kernel, and one that calls those of the
 * steps from firstStep to before endStep.
 */
export function defineProgram(
  module: ModuleBuilder,
  name: string,
  steps: readonly PlacedStep[],
  table: ProgramTable,
  barrier: Callable<BarrierParameters>,
): ProgramFunctions {
  const word = (index: number): Code<'i32'> => load('i32.load', i32(table.address), 4 * index);
  const memory: ProgramMemory = { storage: word, scratch: word(table.storages) };
  const functions = steps.map((step) =>
    module.define(step.label, stepParameters, (f, team) =>
      step.write(f, { ...team, barrier: () => f.call(barrier, team) }, memory),
    ),
  );
  const main = module.define(name, programParameters, (f, { thread, threads, firstStep, endStep }) => {
    steps.forEach(({ needsBarrier, isShared }, i) => {
      f.if(op('i32.and', op('i32.le_s', firstStep, i32(i)), op('i32.gt_s', endStep, i32(i))), () => {
        if (needsBarrier) f.call(barrier, { thread, threads });
        if (isShared) f.call(functions[i]!, { thread, threads });
        else f.if(op('i32.eqz', thread), () => f.call(functions[i]!, { thread: i32(0), threads: i32(1) }));
      });
    });
    f.call(barrier, { thread, threads });
  });
  return { main, steps: functions };
}
