import type { Reduction } from '@adjoint/core/primitives';
import type { VectorAxis } from '@adjoint/core/backend';
import { add, i32, larger, op, smaller, type Code, type Local } from '../assembler/index.js';
import type { Environment } from './emitter.js';
import { environmentOf, type Nest } from './nest.js';

/**
 * Elements of a run: additions into one accumulator before it is added to the total, which keeps rounding errors of
 * long sums small.
 */
const runLength = 1024;

/** A reduction that is being written: `extent` is that of its first axis, which comes at run time. */
export interface ReductionNest extends Nest {
  readonly reduction: Reduction;
  readonly extent: Code<'i32'>;
}

/** Writes the loop over one run. `element` writes what happens at an element, or at four neighbours together. */
export type WriteRun = (element: (environment: Environment) => void) => void;

/**
 * Writes the loops over a reduction. A run is a part of the innermost axis; `body` is called once, inside the loop over
 * all runs, and must call what it gets once. Lanes along the reduction take four neighbours of the innermost axis at
 * once, and what remains of a run one by one.
 */
export function writeRuns(nest: ReductionNest, lanes: VectorAxis, body: (run: WriteRun) => void): void {
  const { f, program, pointers, reduction } = nest;
  const first = program.extents.length;
  const inner = reduction.extents.length - 1;
  const width = lanes === 'none' ? 1 : 4;
  const environment = (own: 1 | 4): Environment =>
    environmentOf(nest, own, lanes === 'reduction' ? first + inner : first - 1);

  const loop = (d: number): void => {
    const extent = d === 0 ? nest.extent : i32(reduction.extents[d]!);
    if (d < inner) f.for(i32(0), extent, 1, (index) => pointers.within(first + d, index, () => loop(d + 1)));
    else innermost(extent);
  };
  const innermost = (extent: Code<'i32'>): void => {
    const end = f.let(extent);
    const whole = lanes === 'reduction' ? f.let(op('i32.and', end, i32(-4))) : end;
    f.for(i32(0), end, runLength, (from) =>
      body((element) => {
        const limit = f.let(add(from, i32(runLength)));
        const at = (own: 1 | 4) => (index: Local<'i32'>) =>
          pointers.within(first + inner, index, () => element(environment(own)));
        f.for(from, f.let(smaller(whole, limit)), lanes === 'reduction' ? 4 : 1, at(width));
        if (lanes === 'reduction') f.for(f.let(larger(from, whole)), f.let(smaller(end, limit)), 1, at(1));
      }),
    );
  };
  // A reduction without axes has one element.
  if (inner < 0) body((element) => element(environment(width)));
  else loop(0);
}
