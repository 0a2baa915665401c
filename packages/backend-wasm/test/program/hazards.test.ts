import type { Storage } from '@adjoint/core/backend';
import test from 'ava';
import { barriersBefore, scratchStorage, type Accesses } from '../../src/program/hazards.js';

const arena = (offset: number, size: number): Storage => ({
  dtype: 'float32',
  size,
  place: { kind: 'arena', offset },
});
const bound = (index: number): Storage => ({ dtype: 'float32', size: 4, place: { kind: 'bound', offset: 0, index } });

/** Storages that touch each other nowhere. */
const apart = [arena(0, 16), arena(64, 16), arena(128, 16), bound(0), bound(1)];

function step(reads: readonly number[], writes: readonly number[], isShared = true): Accesses {
  return { reads, writes, isShared };
}

test('a read after a write, a write after a read and a write after a write need a barrier', (t) => {
  const barriers = (first: Accesses, second: Accesses) => barriersBefore({ storages: apart }, [first, second]);
  t.deepEqual(barriers(step([0], [1]), step([1], [2])), [false, true]);
  t.deepEqual(barriers(step([0], [1]), step([2], [0])), [false, true]);
  t.deepEqual(barriers(step([0], [1]), step([2], [1])), [false, true]);
  t.deepEqual(barriers(step([3], [4]), step([4], [0])), [false, true]);
});

test('reads of the same storage, and different storages, need none', (t) => {
  t.deepEqual(barriersBefore({ storages: apart }, [step([0], [1]), step([0], [2]), step([3], [4])]), [
    false,
    false,
    false,
  ]);
});

test('what the first thread does alone is in order anyway', (t) => {
  const steps = [step([0], [1], false), step([1], [2], false), step([2], [3]), step([3], [4], false)];
  t.deepEqual(barriersBefore({ storages: apart }, steps), [false, false, true, true]);
});

test('a barrier settles all conflicts with the steps before it', (t) => {
  const steps = [step([0], [1]), step([0], [2]), step([1], [3]), step([2], [4])];
  // The third step waits for the first, and with it for the second, so that the fourth need not.
  t.deepEqual(barriersBefore({ storages: apart }, steps), [false, false, true, false]);
});

test('a conflict is found with any step since the last barrier', (t) => {
  const steps = [step([0], [1]), step([0], [2]), step([0], [3]), step([1], [4])];
  t.deepEqual(barriersBefore({ storages: apart }, steps), [false, false, false, true]);
});

test('storages conflict where their bytes overlap, not where they only touch', (t) => {
  const reuse = (a: Storage, b: Storage) => barriersBefore({ storages: [a, b] }, [step([], [0]), step([1], [])])[1];
  t.true(reuse(arena(0, 17), arena(64, 16)));
  t.false(reuse(arena(0, 16), arena(64, 16)));
  t.true(reuse(arena(64, 1), arena(0, 32)));
  t.true(reuse({ ...arena(0, 9), dtype: 'float64' }, arena(64, 1)));
  t.true(reuse({ ...arena(0, 17), dtype: 'bool' }, arena(64, 1)));
  t.true(reuse(bound(2), bound(2)));
  t.false(reuse(bound(2), bound(3)));
  t.false(reuse(bound(0), arena(0, 16)));
});

test('the scratch memory conflicts with itself', (t) => {
  const steps = [step([0], [1, scratchStorage]), step([0], [2]), step([0], [3, scratchStorage])];
  t.deepEqual(barriersBefore({ storages: apart }, steps), [false, false, true]);
});
