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
import type { Step } from './step.js';
import type { Placed, PlacedRepeat, PlacedStep } from './steps.js';

interface StepParameters {
  readonly thread: 'i32';
  readonly threads: 'i32';
  readonly scratch: 'i32';
  readonly buffers: readonly 'i32'[];
  readonly [name: string]: 'i32' | readonly 'i32'[];
}
type StepFunction = Callable<StepParameters, 'void'>;

/** `iterations` are those of the repeats around a repeat, outermost first. */
interface RepeatParameters {
  readonly thread: 'i32';
  readonly threads: 'i32';
  readonly iterations: readonly 'i32'[];
  readonly [name: string]: 'i32' | readonly 'i32'[];
}

const programParameters = { thread: 'i32', threads: 'i32', firstStep: 'i32', endStep: 'i32' } as const;

/** Most steps that one function calls: engines need memory for the square of a function's length to optimise it. */
const mostCalls = 64;

export interface ProgramTable {
  /** Address of a table with the address of each storage, and after these that of the scratch memory. */
  readonly address: number;
  readonly storages: number;
}

/** The functions of a program: `main` calls one for each step. */
export interface ProgramFunctions {
  readonly main: Callable<typeof programParameters, 'void'>;
  /** Those of steps and repeats, each with the first that has it. */
  readonly steps: readonly { readonly step: Placed; readonly callable: Callable }[];
}

/**
 * Adds a function for what one thread does of each step, named after the kernel of the first step that needs it, and one
 * that calls those of the steps from firstStep to before endStep.
 */
export function defineProgram(
  module: ModuleBuilder,
  name: string,
  steps: readonly Placed[],
  table: ProgramTable,
  barrier: Callable<BarrierParameters>,
): ProgramFunctions {
  const writer = new ProgramWriter(module, table, barrier);
  const calls = steps.map((step) => writer.callOf(step));
  const parts = Array.from({ length: Math.ceil(steps.length / mostCalls) }, (_, part) => {
    const [first, end] = [part * mostCalls, Math.min(steps.length, (part + 1) * mostCalls)];
    const callable = module.define(
      `${name} ${first}`,
      programParameters,
      (f, { thread, threads, firstStep, endStep }) => {
        for (let i = first; i < end; i++)
          f.if(op('i32.and', op('i32.le_s', firstStep, i32(i)), op('i32.gt_s', endStep, i32(i))), () =>
            calls[i]!(f, { thread, threads, iterations: [] }),
          );
      },
    );
    return { first, end, callable };
  });
  const main = module.define(name, programParameters, (f, { thread, threads, firstStep, endStep }) => {
    for (const { first, end, callable } of parts)
      f.if(op('i32.and', op('i32.lt_s', firstStep, i32(end)), op('i32.gt_s', endStep, i32(first))), () =>
        f.call(callable, { thread, threads, firstStep, endStep }),
      );
    f.call(barrier, { thread, threads });
  });
  return { main, steps: writer.defined };
}

interface Place {
  readonly thread: Code<'i32'>;
  readonly threads: Code<'i32'>;
  readonly iterations: readonly Code<'i32'>[];
}

/** Writes the call of a step, by all threads or the first one alone. */
type WriteCall = (f: FunctionBuilder, place: Place) => void;

/** Defines the functions of steps, and calls them. */
class ProgramWriter {
  readonly defined: { step: Placed; callable: Callable }[] = [];
  readonly #functions = new Map<Step, StepFunction>();

  constructor(
    readonly module: ModuleBuilder,
    readonly table: ProgramTable,
    readonly barrier: Callable<BarrierParameters>,
  ) {}

  /** How to call a step that is within repeats. */
  callOf(placed: Placed, within: readonly PlacedRepeat[] = []): WriteCall {
    const call = 'steps' in placed ? this.#repeatCall(placed, within) : this.#stepCall(placed, within);
    return (f, place) => {
      const { thread, threads } = place;
      if (placed.needsBarrier) f.call(this.barrier, { thread, threads });
      if (placed.isShared) call(f, place);
      else f.if(op('i32.eqz', thread), () => call(f, { ...place, thread: i32(0), threads: i32(1) }));
    };
  }

  #stepCall(placed: PlacedStep, within: readonly PlacedRepeat[]): WriteCall {
    const callable = this.#functionOf(placed);
    return (f, { thread, threads, iterations }) =>
      f.call(callable, {
        thread,
        threads,
        scratch: this.#word(this.table.storages),
        buffers: placed.storages.map((storage) => this.#addressOf(storage, within, iterations)),
      });
  }

  #functionOf(placed: PlacedStep): StepFunction {
    const { step, label, storages } = placed;
    const known = this.#functions.get(step);
    if (known) return known;
    const parameters: StepParameters = {
      thread: 'i32',
      threads: 'i32',
      scratch: 'i32',
      buffers: storages.map(() => 'i32' as const),
    };
    const callable = this.module.define(label, parameters, (f, { thread, threads, scratch, buffers }) =>
      step.write(
        f,
        { thread, threads, barrier: () => f.call(this.barrier, { thread, threads }) },
        { scratch, buffers },
      ),
    );
    this.#functions.set(step, callable);
    this.defined.push({ step: placed, callable });
    return callable;
  }

  /** Runs the steps again and again. An iteration begins when all threads are done with the one before it. */
  #repeatCall(repeat: PlacedRepeat, within: readonly PlacedRepeat[]): WriteCall {
    const { label, count, steps, isShared } = repeat;
    const calls = steps.map((step) => this.callOf(step, [...within, repeat]));
    const parameters: RepeatParameters = {
      thread: 'i32',
      threads: 'i32',
      iterations: within.map(() => 'i32' as const),
    };
    const callable = this.module.define(label, parameters, (f, { thread, threads, iterations }) =>
      f.for(i32(0), i32(count), 1, (iteration) => {
        for (const call of calls) call(f, { thread, threads, iterations: [...iterations, iteration] });
        if (isShared) f.call(this.barrier, { thread, threads });
      }),
    );
    this.defined.push({ step: repeat, callable });
    return (f, place) => f.call(callable, { ...place });
  }

  /** An address from the table, moved along by the repeats. */
  #addressOf(storage: number, within: readonly PlacedRepeat[], iterations: readonly Code<'i32'>[]): Code<'i32'> {
    return within.reduce((address, { advances }, i) => {
      const bytes = advances.get(storage);
      return bytes === undefined ? address : add(address, mul(iterations[i]!, i32(bytes)));
    }, this.#word(storage));
  }

  #word(index: number): Code<'i32'> {
    return load('i32.load', i32(this.table.address), 4 * index);
  }
}
