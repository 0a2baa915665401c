import test from 'ava';
import { share, whole } from '../../src/team/share.js';
import { instantiate } from '../assembler/instantiate.js';

/** The share of each thread, as generated code computes it. */
function sharesOf(extent: number, unit: number, threads: number): { readonly begin: number; readonly end: number }[] {
  const { run } = instantiate((module) => {
    for (const side of ['begin', 'end'] as const)
      module.export(
        module.define(
          side,
          { thread: 'i32', threads: 'i32' },
          (f, team) => share(f, { ...team, barrier: () => {} }, extent, unit)[side],
        ),
      );
  });
  return Array.from({ length: threads }, (_, thread) => ({
    begin: run['begin']!(thread, threads),
    end: run['end']!(thread, threads),
  }));
}

test('shares cover everything once, in order, and differ by one unit at most', (t) => {
  for (const extent of [0, 1, 5, 16, 17, 100, 5408]) {
    for (const unit of [1, 16]) {
      for (const threads of [1, 2, 3, 7]) {
        const shares = sharesOf(extent, unit, threads);
        const what = `${extent} in units of ${unit} among ${threads}`;
        t.is(shares[0]!.begin, 0, what);
        t.is(shares.at(-1)!.end, extent, what);
        shares.slice(1).forEach(({ begin }, i) => t.is(begin, shares[i]!.end, what));
        shares.forEach(({ begin }) => t.true(begin % unit === 0 || begin === extent, what));
        const units = shares.map(({ begin, end }) => Math.ceil((end - begin) / unit));
        t.true(Math.max(...units) - Math.min(...units) <= 1, `${what}: ${units.join()}`);
      }
    }
  }
});

test('a hundred elements among three threads', (t) => {
  t.deepEqual(sharesOf(100, 1, 3), [
    { begin: 0, end: 33 },
    { begin: 33, end: 66 },
    { begin: 66, end: 100 },
  ]);
  // Seven lines of sixteen elements: 2, 2 and 3.
  t.deepEqual(sharesOf(100, 16, 3), [
    { begin: 0, end: 32 },
    { begin: 32, end: 64 },
    { begin: 64, end: 100 },
  ]);
});

test('one thread alone takes the whole', (t) => {
  const { begin, end } = whole(12);
  t.deepEqual([begin.constant, end.constant], [0, 12]);
});
