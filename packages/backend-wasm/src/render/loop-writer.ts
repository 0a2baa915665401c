import { vectorAxisOf } from '@adjoint/core/backend';
import type { LoopProgram, Reduction } from '@adjoint/core/primitives';
import {
  i32,
  op,
  type Callable,
  type Code,
  type FunctionBuilder,
  type Local,
  type ModuleBuilder,
  type NamedParameters,
} from '../assembler/index.js';
import { environmentOf, type Nest } from './nest.js';
import { writePick, writePickInLanes } from './pick.js';
import { Pointers } from './pointers.js';
import { writeReduction, writeReductionInLanes, writeScan } from './reduce.js';
import { writeStores } from './stores.js';
import { bufferParameters, type CallMath, type Value } from './values.js';

function parametersOf(program: LoopProgram) {
  return { begin: 'i32', end: 'i32', reductionExtent: 'i32', buffers: bufferParameters(program) } as const;
}
export type LoopParameters = ReturnType<typeof parametersOf>;

/**
 * Adds a function that runs a loop program for indices begin ≤ i < end of its first axis (0 ≤ i < 1 if it has none).
 * The extents of the first axis and of the first reduction axis come at run time, so one function serves every batch size.
 */
export function defineLoops(
  module: ModuleBuilder,
  name: string,
  program: LoopProgram,
  math: CallMath,
): Callable<LoopParameters, 'void'> {
  return module.define(name, parametersOf(program), (f, parameters) =>
    new LoopWriter(f, program, math, parameters).write(),
  );
}

class LoopWriter implements Nest {
  readonly pointers: Pointers;
  readonly #vectorAxis;

  constructor(
    readonly f: FunctionBuilder,
    readonly program: LoopProgram,
    readonly math: CallMath,
    readonly parameters: NamedParameters<LoopParameters>,
  ) {
    this.#vectorAxis = vectorAxisOf(program);
    this.pointers = new Pointers(f, program, parameters.buffers);
  }

  write(): void {
    const { begin, end } = this.parameters;
    if (this.program.extents.length > 0) this.#loop(0, begin, end);
    else this.f.if(op('i32.lt_s', begin, end), () => this.#output(1));
  }

  /** The loop over one axis and those inside it; the last one takes four neighbours at once where it can. */
  #loop(axis: number, from: Code<'i32'>, to: Code<'i32'>): void {
    const { f, program, pointers } = this;
    const isLast = axis === program.extents.length - 1;
    const body = (width: 1 | 4) => (index: Local<'i32'>) =>
      pointers.within(axis, index, () => {
        if (isLast) this.#output(width);
        else this.#loop(axis + 1, i32(0), i32(program.extents[axis + 1]!));
      });
    if (!isLast || this.#vectorAxis !== 'parallel') return f.for(from, to, 1, body(1));
    const whole = f.let(op('i32.add', from, op('i32.and', op('i32.sub', to, from), i32(-4))));
    f.for(from, whole, 4, body(4));
    f.for(whole, to, 1, body(1));
  }

  /** All that belongs to one index of the outer axes, or to four neighbours of the last one. */
  #output(width: 1 | 4): void {
    const { reduction } = this.program;
    if (!reduction) this.#store(width);
    else if (reduction.scan) writeScan(this.#reductionNest(reduction), (total) => this.#store(1, total));
    else this.#store(width, this.#reduce(reduction, width));
  }

  #reduce(reduction: Reduction, width: 1 | 4): Value {
    const nest = this.#reductionNest(reduction);
    if (reduction.operation === 'pick') return width === 4 ? writePickInLanes(nest) : writePick(nest);
    if (this.#vectorAxis === 'reduction') return writeReductionInLanes(nest);
    return writeReduction(nest, width === 4 ? 'parallel' : 'none');
  }

  #reductionNest(reduction: Reduction) {
    const { f, program, math, pointers, parameters } = this;
    return { f, program, math, pointers, reduction, extent: parameters.reductionExtent };
  }

  #store(width: 1 | 4, result?: Value): void {
    writeStores(environmentOf(this, width, this.program.extents.length - 1, result), this.program);
  }
}
