import type { LoopProgram } from '../../loops/loop-program.js';
import { distinctExpressions, expressionsOf } from '../../loops/rewrite-expression.js';
import { sizeOf } from '../../tensor/shape.js';
import { onceEach } from './once-each.js';

/**
 * About how many expressions a loop program computes: points times the size of its expressions. It decides whether a
 * program is worth several threads; each backend knows from how much on.
 */
export const roughWork: (program: LoopProgram) => number = onceEach((program) => {
  const { extents, reduction } = program;
  const { length } = distinctExpressions(expressionsOf(program));
  return sizeOf(extents) * (1 + (reduction ? sizeOf(reduction.extents) : 0)) * length;
});

/**
 * Whether threads pay for a loop program within a repeat. They meet before and after it in every iteration, so it must be
 * much larger than one that runs once.
 */
export function isWorthThreadsInRepeat(program: LoopProgram): boolean {
  return roughWork(program) >= 1 << 20;
}
