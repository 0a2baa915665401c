import type { Reduction } from '@adjoint/core/primitives';
import type { VectorAxis } from '@adjoint/core/backend';
import { add, i32, op, smaller, sub, type Code, type Local } from '../assembler/index.js';
import type { Environment } from './emitter.js';
import { environmentOf, type Nest } from './nest.js';

/** A reduction that is being written: `extent` is that of its first axis, which comes at run time. */
export interface ReductionNest extends Nest {
  readonly reduction: Reduction;
  readonly extent: Code<'i32'>;
}

/** What goes around a short run of elements, or of vectors of them. */
export interface Run {
  begin(): void;
  end(): void;
}

/** The longest run, as a power of two: 16. */
const runBits = 4;

/**
 * Writes the loops over the elements of a reduction; `element` writes what happens at one, or at four neighbours
 * together. Lanes along the reduction take four neighbours of the innermost axis at once, and what remains one by one.
 * With a `run`, the innermost axis is cut into runs, up to what remains.
 */
export function writeElements(
  nest: ReductionNest,
  lanes: VectorAxis,
  element: (environment: Environment) => void,
  run?: Run,
): void {
  const { f, program, pointers, reduction } = nest;
  const first = program.extents.length;
  const inner = reduction.extents.length - 1;
  const width = lanes === 'none' ? 1 : 4;
  const at = (own: 1 | 4): void => element(environmentOf(nest, own, lanes === 'reduction' ? first + inner : first - 1));

  const loop = (d: number): void => {
    const extent = d === 0 ? nest.extent : i32(reduction.extents[d]!);
    if (d < inner) f.for(i32(0), extent, 1, (index) => pointers.within(first + d, index, () => loop(d + 1)));
    else innermost(f.let(extent));
  };
  const innermost = (end: Local<'i32'>): void => {
    const over = (from: Code<'i32'>, to: Code<'i32'>, own: 1 | 4, step: number): void =>
      f.for(from, to, step, (index) => pointers.within(first + inner, index, () => at(own)));
    const whole = lanes === 'reduction' ? f.let(op('i32.and', end, i32(-4))) : end;
    const step = lanes === 'reduction' ? 4 : 1;
    if (run) {
      const bits = runBits + Math.log2(step);
      const runs = op(
        'i32.add',
        op('i32.shr_u', whole, i32(bits)),
        op('i32.ne', op('i32.and', whole, i32((1 << bits) - 1)), i32(0)),
      );
      f.for(i32(0), f.let(runs), 1, (index) => {
        const from = f.let(op('i32.shl', index, i32(bits)));
        const to = f.let(add(from, smaller(i32(1 << bits), f.let(sub(whole, from)))));
        run.begin();
        over(from, to, width, step);
        run.end();
      });
    } else over(i32(0), whole, width, step);
    if (lanes === 'reduction') over(whole, end, 1, 1);
  };
  // A reduction without axes has one element.
  if (inner >= 0) return loop(0);
  run?.begin();
  at(width);
  run?.end();
}
