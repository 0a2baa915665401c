import {
  add,
  i32,
  load,
  mul,
  op,
  type Callable,
  type Code,
  type FunctionBuilder,
  type ModuleBuilder,
} from '../assembler/index.js';
import type { BarrierParameters } from '../team/barrier.js';
import type { ProgramMemory } from './step.js';
import type { Placed, PlacedRepeat } from './steps.js';

/** `iterations` are those of the repeats around a step, outermost first. */
interface StepParameters {
  readonly thread: 'i32';
  readonly threads: 'i32';
  readonly iterations: readonly 'i32'[];
  readonly [name: string]: 'i32' | readonly 'i32'[];
}
type StepFunction = Callable<StepParameters, 'void'>;

const programParameters = { thread: 'i32', threads: 'i32', firstStep: 'i32', endStep: 'i32' } as const;

export interface ProgramTable {
  /** Address of a table with the address of each storage, and after these that of the scratch memory. */
  readonly address: number;
  readonly storages: number;
}

/** The functions of a program: `main` calls one for each step. */
export interface ProgramFunctions {
  readonly main: Callable<typeof programParameters, 'void'>;
  /** Those of steps, and of steps within repeats. */
  readonly steps: readonly { readonly step: Placed; readonly callable: StepFunction }[];
}

/**
 * Adds a function for what one thread does of each step, named after the step's kernel, and one that calls those of the
 * steps from firstStep to before endStep.
 */
export function defineProgram(
  module: ModuleBuilder,
  name: string,
  steps: readonly Placed[],
  table: ProgramTable,
  barrier: Callable<BarrierParameters>,
): ProgramFunctions {
  const writer = new StepFunctions(module, table, barrier);
  const functions = steps.map((step) => writer.define(step, []));
  const main = module.define(name, programParameters, (f, { thread, threads, firstStep, endStep }) => {
    steps.forEach((step, i) => {
      f.if(op('i32.and', op('i32.le_s', firstStep, i32(i)), op('i32.gt_s', endStep, i32(i))), () =>
        writer.call(f, step, functions[i]!, { thread, threads, iterations: [] }),
      );
    });
    f.call(barrier, { thread, threads });
  });
  return { main, steps: writer.defined };
}

interface StepOperands {
  readonly thread: Code<'i32'>;
  readonly threads: Code<'i32'>;
  readonly iterations: readonly Code<'i32'>[];
}

/** Defines the functions of steps, and calls them. */
class StepFunctions {
  readonly defined: { step: Placed; callable: StepFunction }[] = [];

  constructor(
    readonly module: ModuleBuilder,
    readonly table: ProgramTable,
    readonly barrier: Callable<BarrierParameters>,
  ) {}

  /** The function of a step within repeats. */
  define(step: Placed, within: readonly PlacedRepeat[]): StepFunction {
    const inner = 'steps' in step ? step.steps.map((each) => this.define(each, [...within, step])) : [];
    const parameters: StepParameters = { thread: 'i32', threads: 'i32', iterations: within.map(() => 'i32' as const) };
    const callable = this.module.define(step.label, parameters, (f, { thread, threads, iterations }) => {
      if ('steps' in step) this.#repeat(f, step, inner, { thread, threads, iterations });
      else
        step.write(
          f,
          { thread, threads, barrier: () => f.call(this.barrier, { thread, threads }) },
          this.#memory(f, within, iterations),
        );
    });
    this.defined.push({ step, callable });
    return callable;
  }

  /** Lets all threads run a step, or the first one alone. */
  call(f: FunctionBuilder, { needsBarrier, isShared }: Placed, callable: StepFunction, operands: StepOperands): void {
    const { thread, threads, iterations } = operands;
    if (needsBarrier) f.call(this.barrier, { thread, threads });
    if (isShared) f.call(callable, { thread, threads, iterations });
    else f.if(op('i32.eqz', thread), () => f.call(callable, { thread: i32(0), threads: i32(1), iterations }));
  }

  /** Runs the steps again and again. An iteration begins when all threads are done with the one before it. */
  #repeat(
    f: FunctionBuilder,
    { count, steps, isShared }: PlacedRepeat,
    functions: readonly StepFunction[],
    { thread, threads, iterations }: StepOperands,
  ): void {
    f.for(i32(0), i32(count), 1, (iteration) => {
      steps.forEach((step, i) =>
        this.call(f, step, functions[i]!, { thread, threads, iterations: [...iterations, iteration] }),
      );
      if (isShared) f.call(this.barrier, { thread, threads });
    });
  }

  /** Addresses come from the table; those that move along are computed where they are asked for first. */
  #memory(f: FunctionBuilder, within: readonly PlacedRepeat[], iterations: readonly Code<'i32'>[]): ProgramMemory {
    const { address, storages } = this.table;
    const word = (index: number): Code<'i32'> => load('i32.load', i32(address), 4 * index);
    const moved = new Map<number, Code<'i32'>>();
    return {
      scratch: word(storages),
      storage(index) {
        const moves = within.flatMap(({ advances }, i) => {
          const bytes = advances.get(index);
          return bytes === undefined ? [] : [mul(iterations[i]!, i32(bytes))];
        });
        if (moves.length === 0) return word(index);
        const known = moved.get(index) ?? f.let(moves.reduce(add, word(index)));
        moved.set(index, known);
        return known;
      },
    };
  }
}
