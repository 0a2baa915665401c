import { roughWork } from '@adjoint/core/backend';
import type { LoopProgram } from '@adjoint/core/primitives';
import { i32 } from '../assembler/index.js';
import type { LoopParameters } from '../render/loop-writer.js';
import { share, whole } from '../team/share.js';
import type { Part, Step, StepContext } from './step.js';

/** Fewer operations than this are done by one thread: about ten times what a meeting of threads costs. */
const leastShared = 1 << 14;
/** Elements of a cache line. */
const lineElements = 16;

/** Whether a loop program may be split among threads, and is worth it. */
export function isWorthThreads(program: LoopProgram): boolean {
  const { parallel, extents } = program;
  if (parallel === 0 || (extents[0] ?? 1) < 2) return false;
  return roughWork(program) >= leastShared;
}

/** Calls the part's function for each thread's share of the first axis. */
export function loopStep({ program, code }: Part<LoopParameters>, { threads, callable }: StepContext): Step {
  const { extents, reduction } = program;
  const isShared = threads > 1 && !code.callsHost && isWorthThreads(program);
  const extent = extents[0] ?? 1;
  return {
    isShared,
    scratchBytes: 0,
    write: (f, team, { buffers }) => {
      // A lone axis is cut between cache lines.
      const { begin, end } = isShared ? share(f, team, extent, extents.length === 1 ? lineElements : 1) : whole(extent);
      f.call(callable(code), {
        begin,
        end,
        reductionExtent: i32(reduction?.extents[0] ?? 1),
        buffers,
      });
    },
  };
}
