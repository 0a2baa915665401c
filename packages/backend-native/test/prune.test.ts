import test from 'ava';
import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prune } from '../src/library/prune.js';
import { temporary } from './fake-compiler.js';

const now = Date.now() / 1000;
const key = (digit: number): string => String(digit).repeat(64);

/** Writes a file of `bytes` that was used `age` seconds ago. */
function write(directory: string, name: string, bytes: number, age: number): void {
  const path = join(directory, name);
  writeFileSync(path, new Uint8Array(bytes));
  utimesSync(path, now - age, now - age);
}

test('what was not used for longest is removed, with all that belongs to it, until the rest fits', async (t) => {
  const directory = temporary();
  for (const [digit, age] of [
    [1, 300],
    [2, 100],
    [3, 200],
  ] as const) {
    write(directory, `${key(digit)}.c`, 600, 1000);
    write(directory, `${key(digit)}.so`, 336, age);
    write(directory, `${key(digit)}.so.sha256`, 64, 1000);
  }
  const left = (): string[] => [...new Set(readdirSync(directory).map((name) => name[0]!))].toSorted();
  await prune(directory, 3000);
  t.deepEqual(left(), ['1', '2', '3']);
  await prune(directory, 2999);
  t.deepEqual(left(), ['2', '3']);
  t.is(readdirSync(directory).length, 6);
  await prune(directory, 1000);
  t.deepEqual(left(), ['2']);
});

test('temporary files are removed once their process must be dead, and files of others never', async (t) => {
  const directory = temporary();
  const uuid = '01234567-89ab-cdef-0123-456789abcdef';
  write(directory, `${key(1)}.${uuid}`, 10, 2 * 3600);
  write(directory, `${key(2)}.${uuid}`, 10, 60);
  write(directory, 'notes.txt', 5000, 9 * 3600);
  await prune(directory, 0);
  t.deepEqual(readdirSync(directory), [`${key(2)}.${uuid}`, 'notes.txt']);
});
