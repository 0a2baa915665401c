import { distinctExpressions, expressionsOf, type LoopProgram } from '@adjoint/core';
import { i32, type Callable, type FunctionBuilder } from '../assembler/index.js';
import type { LoopParameters } from '../render/loop-writer.js';
import type { ProgramMemory } from './define-program.js';
import { share, type Threads } from '../team/share.js';

/** Fewer operations than this are done by one thread: about ten times what a meeting of threads costs. */
const leastShared = 1 << 14;

/** Whether a loop program is worth sharing out, and may be. */
export function isShared(program: LoopProgram): boolean {
  const { parallel, extents, reduction } = program;
  if (parallel === 0 || (extents[0] ?? 1) < 2) return false;
  const count = (sizes: readonly number[]): number => sizes.reduce((product, size) => product * size, 1);
  return count(extents) * (1 + count(reduction?.extents ?? [0])) * operations(program) >= leastShared;
}

/** Writes the call of a loop program's function for a thread's share of the first axis, or for all of it. */
export function writeLoop(
  f: FunctionBuilder,
  loops: Callable<LoopParameters>,
  { extents, reduction }: LoopProgram,
  storages: readonly number[],
  threads: Threads | undefined,
  memory: ProgramMemory,
): void {
  const extent = extents[0] ?? 1;
  // A lone axis is cut between cache lines.
  const { begin, end } = threads ? share(f, threads, extent, extents.length === 1 ? 16 : 1) : whole(extent);
  f.call(loops, {
    begin,
    end,
    reductionExtent: i32(reduction?.extents[0] ?? 1),
    buffers: storages.map((index) => memory.storage(index)),
  });
}

function whole(extent: number) {
  return { begin: i32(0), end: i32(extent) };
}

/** Operations at each point of the loops, reductions aside. */
function operations(program: LoopProgram): number {
  return distinctExpressions(expressionsOf(program)).length;
}
