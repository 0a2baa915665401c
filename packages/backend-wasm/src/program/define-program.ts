import {
  add,
  i32,
  load,
  mul,
  op,
  select,
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

const dispatchParameters = { number: 'i32', thread: 'i32', threads: 'i32', record: 'i32' } as const;

/** Most calls in one function: engines need memory for the square of a function's length to optimise it. */
const mostCalls = 64;

export interface ProgramTable {
  /** Address of a table with the address of each storage, and after these that of the scratch memory. */
  readonly address: number;
  readonly storages: number;
}

/** The functions of a program: `main` runs its steps. */
export interface ProgramFunctions {
  readonly main: Callable<typeof programParameters, 'void'>;
  /** Those of steps and repeats, each with the first that has it. */
  readonly steps: readonly { readonly step: Placed; readonly callable: Callable }[];
}

/** Flags of a step in its record, below the number of its function. */
const [shared, afterBarrier, flagBits] = [1, 2, 2];

/**
 * Adds a function for what one thread does of each step, named after the kernel of the first step that needs it, and one
 * that runs the steps from firstStep to before endStep. Steps are data, so that code does not grow with their number: a
 * step's record holds flags and the number of its function, and where the table has the address of each of its buffers.
 */
export function defineProgram(
  module: ModuleBuilder,
  name: string,
  steps: readonly Placed[],
  { table, place }: { readonly table: ProgramTable; readonly place: (words: Int32Array) => number },
  barrier: Callable<BarrierParameters>,
): ProgramFunctions {
  const writer = new ProgramWriter(module, table, barrier);
  const numbers = new Map<Step | PlacedRepeat, number>();
  const calls: { readonly first: number; readonly write: WriteEntry }[] = [];
  const numberOf = (step: Placed): number => {
    const own = 'steps' in step ? step : step.step;
    const number = numbers.get(own) ?? calls.push({ first: calls.length, write: writer.entryOf(step) }) - 1;
    numbers.set(own, number);
    return number;
  };
  const records = steps.map((step) => [
    (numberOf(step) << flagBits) | (step.isShared ? shared : 0) | (step.needsBarrier ? afterBarrier : 0),
    ...('steps' in step ? [] : step.storages.map((storage) => table.address + 4 * storage)),
  ]);
  let next = place(Int32Array.from(records.flat()));
  const starts = place(
    Int32Array.from(records, ({ length }) => {
      const start = next;
      next += 4 * length;
      return start;
    }),
  );
  const parts = Array.from({ length: Math.ceil(calls.length / mostCalls) }, (_, part) => {
    const first = part * mostCalls;
    const write = module.define(`${name} ${first}`, dispatchParameters, (f, { number, ...given }) =>
      choose(f, number, calls.slice(first, first + mostCalls), (call) => call.write(f, given)),
    );
    return { first, write };
  });
  const main = module.define(name, programParameters, (f, { thread, threads, firstStep, endStep }) => {
    const count = i32(steps.length);
    // Who wants all steps need not know how many there are.
    const end = f.let(select(op('i32.lt_s', endStep, count), endStep, count));
    f.for(firstStep, end, 1, (step) => {
      const record = f.let(load('i32.load', add(i32(starts), mul(step, i32(4)))));
      const head = f.let(load('i32.load', record));
      const isShared = op('i32.and', head, i32(shared));
      f.if(op('i32.and', head, i32(afterBarrier)), () => f.call(barrier, { thread, threads }));
      f.if(op('i32.or', isShared, op('i32.eqz', thread)), () => {
        const number = f.let(op('i32.shr_u', head, i32(flagBits)));
        const team = { thread, threads: select(isShared, threads, i32(1)) };
        choose(f, number, parts, ({ write }) => f.call(write, { number, ...team, record }));
      });
    });
    f.call(barrier, { thread, threads });
  });
  return { main, steps: writer.defined };
}

/** Runs one of several by its number: the last whose `first` is not above it. */
function choose<Choice extends { readonly first: number }>(
  f: FunctionBuilder,
  number: Code<'i32'>,
  choices: readonly Choice[],
  write: (choice: Choice) => void,
): void {
  if (choices.length <= 1) return choices.forEach(write);
  const middle = choices.length >> 1;
  f.if(
    op('i32.lt_u', number, i32(choices[middle]!.first)),
    () => choose(f, number, choices.slice(0, middle), write),
    () => choose(f, number, choices.slice(middle), write),
  );
}

interface Place {
  readonly thread: Code<'i32'>;
  readonly threads: Code<'i32'>;
  readonly iterations: readonly Code<'i32'>[];
}

/** Writes the call of a step's function, for its record. */
type WriteEntry = (
  f: FunctionBuilder,
  place: { readonly thread: Code<'i32'>; readonly threads: Code<'i32'>; readonly record: Code<'i32'> },
) => void;

/** Writes the call of a step within repeats, by all threads or the first one alone. */
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

  /** How to call a step by its record. */
  entryOf(placed: Placed): WriteEntry {
    if ('steps' in placed) {
      const call = this.#repeatCall(placed, []);
      return (f, { thread, threads }) => call(f, { thread, threads, iterations: [] });
    }
    const callable = this.#functionOf(placed);
    return (f, { thread, threads, record }) =>
      f.call(callable, {
        thread,
        threads,
        scratch: this.#word(this.table.storages),
        buffers: placed.storages.map((_, i) => load('i32.load', load('i32.load', record, 4 * (i + 1)))),
      });
  }

  /** How to call a step that is within repeats. */
  #callOf(placed: Placed, within: readonly PlacedRepeat[]): WriteCall {
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
    const calls = steps.map((step) => this.#callOf(step, [...within, repeat]));
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
