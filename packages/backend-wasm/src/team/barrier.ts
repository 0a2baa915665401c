import { atomic, i32, i64, load, op, type Callable, type Code, type ModuleBuilder } from '../assembler/index.js';
import { CONTROL } from './control.js';

/** Rounds of looking before a thread goes to sleep, about 0.1 ms: waking one that sleeps takes as long. */
const spins = 50_000;
/** About as many rounds take a second. */
const spinsPerSecond = 500_000_000;
const second = 1_000_000_000n;
/** What a wait gives that nobody has woken. */
const timedOut = 2;

const barrierParameters = { thread: 'i32', threads: 'i32' } as const;
export type BarrierParameters = typeof barrierParameters;

/**
 * Adds `barrier`, which returns when all threads of the team have called it as often. It traps in the first thread if
 * another one has failed, or does not come for longer than the team's patience: it may have been ended.
 */
export function defineBarrier(module: ModuleBuilder, control: number): Callable<BarrierParameters, 'void'> {
  return module.define('barrier', barrierParameters, (f, { thread, threads }) => {
    f.if(op('i32.le_s', threads, i32(1)), () => f.return());
    const at = i32(control);
    const generation = f.let(atomic('i32.atomic.load', CONTROL.generation, at));
    const before = f.let(atomic('i32.atomic.rmw.add', CONTROL.arrived, at, i32(1)));
    f.if(op('i32.eq', before, op('i32.sub', threads, i32(1))), () => {
      f.do(atomic('i32.atomic.store', CONTROL.arrived, at, i32(0)));
      f.do(atomic('i32.atomic.rmw.add', CONTROL.generation, at, i32(1)));
      f.if(atomic('i32.atomic.load', CONTROL.sleepers, at), () =>
        f.do(atomic('memory.atomic.notify', CONTROL.generation, at, i32(-1))),
      );
      f.return();
    });
    const isClosed = (): Code<'i32'> => op('i32.eq', atomic('i32.atomic.load', CONTROL.generation, at), generation);
    const maySleep = f.let(op('i32.or', op('i32.ne', thread, i32(0)), load('i32.load', at, CONTROL.firstMaySleep)));
    const isFirst = op('i32.eqz', thread);
    const rounds = f.let(i32(0));
    const seconds = f.let(i32(0));
    f.loop((again) => {
      f.set(rounds, op('i32.add', rounds, i32(1)));
      const sleep = (): void => {
        f.do(atomic('i32.atomic.rmw.add', CONTROL.sleepers, at, i32(1)));
        const limit = f.let(i64(-1n));
        f.if(isFirst, () => f.set(limit, i64(second)));
        const outcome = f.let(atomic('memory.atomic.wait32', CONTROL.generation, at, generation, limit));
        f.do(atomic('i32.atomic.rmw.add', CONTROL.sleepers, at, i32(-1)));
        f.set(seconds, op('i32.add', seconds, op('i32.eq', outcome, i32(timedOut))));
      };
      const lookAgain = (): void =>
        f.if(op('i32.ge_u', rounds, i32(spinsPerSecond)), () => {
          f.set(rounds, i32(spins));
          f.set(seconds, op('i32.add', seconds, i32(1)));
        });
      f.if(op('i32.gt_u', rounds, i32(spins)), () => {
        f.if(maySleep, sleep, lookAgain);
        const isLost = op(
          'i32.or',
          op('i32.gt_s', seconds, load('i32.load', at, CONTROL.patience)),
          atomic('i32.atomic.load', CONTROL.failed, at),
        );
        f.if(op('i32.and', isFirst, isLost), () => f.unreachable());
      });
      f.branchIf(again, isClosed());
    });
  });
}
