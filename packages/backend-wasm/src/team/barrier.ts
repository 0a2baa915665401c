import { atomic, i32, i64, load, op, type Callable, type Code, type ModuleBuilder } from '../assembler/index.js';
import { CONTROL } from './control.js';

/** Rounds of looking before a thread goes to sleep, about 0.1 ms: waking one that sleeps takes as long. */
const spins = 50_000;

const barrierParameters = { thread: 'i32', threads: 'i32' } as const;
export type BarrierParameters = typeof barrierParameters;

/** Adds `barrier`, which returns when all threads of the team have called it as often. */
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
    const rounds = f.let(i32(0));
    f.loop((again) => {
      f.set(rounds, op('i32.add', rounds, i32(1)));
      f.if(op('i32.and', op('i32.gt_u', rounds, i32(spins)), maySleep), () => {
        f.do(atomic('i32.atomic.rmw.add', CONTROL.sleepers, at, i32(1)));
        f.do(atomic('memory.atomic.wait32', CONTROL.generation, at, generation, i64(-1n)));
        f.do(atomic('i32.atomic.rmw.add', CONTROL.sleepers, at, i32(-1)));
      });
      f.branchIf(again, isClosed());
    });
  });
}
