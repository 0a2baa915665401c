import { spawnSync } from 'node:child_process';
import {
  chmod,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { inTurn } from '../src/in-turn.js';
import { prepareFile, readFileBytes, writeFileAtomic } from '../src/node.js';
import { temporaryPath } from '../src/temporary-file.js';

async function scratch(t: ExecutionContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'adjoint-io-'));
  t.teardown(() => rm(directory, { recursive: true }));
  return directory;
}

const bytes = Uint8Array.of(1, 2, 3);

test('of writes to one path, what was asked for last is written last, and one at most waits', async (t) => {
  const begun: number[] = [];
  let atOnce = 0;
  const write = (number: number) => async (): Promise<void> => {
    t.is(++atOnce, 1);
    begun.push(number);
    await new Promise((resolve) => setTimeout(resolve, number === 0 ? 20 : 1));
    atOnce--;
  };
  const all = [0, 1, 2, 3].map((number) => inTurn('same', write(number)));
  const other = inTurn('other', async () => void begun.push(10));
  await Promise.all([...all, other]);
  t.deepEqual(begun, [0, 10, 3]);
  await inTurn('same', write(4));
  t.deepEqual(begun, [0, 10, 3, 4]);
});

test('a write that fails fails those that it has overtaken, and not those after it', async (t) => {
  const fail = async (): Promise<void> => {
    throw new Error('full');
  };
  const first = inTurn('place', fail);
  const overtaken = inTurn('place', async () => t.fail());
  const second = inTurn('place', fail);
  for (const failed of [first, overtaken, second]) await t.throwsAsync(failed, { message: 'full' });
  await t.notThrowsAsync(inTurn('place', async () => undefined));
});

test('what came last is what the file holds, whatever takes longer', async (t) => {
  const path = join(await scratch(t), 'file');
  const sizes = [5_000_000, 3, 200_000, 1];
  await Promise.all(sizes.map((size, i) => writeFileAtomic(path, new Uint8Array(size).fill(i))));
  t.deepEqual([...(await readFile(path))], [3]);
});

test('leftovers of dead writers go, those of live ones and files of others stay', async (t) => {
  const directory = await scratch(t);
  const path = join(directory, 'run.safetensors');
  const mine = temporaryPath(path);
  const { pid } = spawnSync(process.execPath, ['--version']);
  const ofPid = (id: number): string => mine.replace(`-${process.pid}.`, `-${id}.`);
  const dead = ofPid(pid);
  const alive = ofPid(process.ppid);
  const elsewhere = mine.replace(/\.[0-9a-f]{8}-/, '.00000000-');
  const longAgo = `${directory}/.run.safetensors.9f0b1a64-58f4-4b5c-a5c3-7d7f8a2f1b11.tmp`;
  const reborn = temporaryPath(path);
  const others = ['.run.safetensors.swp', '.other.tmp', 'run.safetensors.tmp'].map((name) => join(directory, name));
  for (const file of [mine, dead, alive, elsewhere, longAgo, reborn, ...others]) await writeFile(file, 'part');
  const days = (count: number): Date => new Date(Date.now() - count * 86_400_000);
  await utimes(longAgo, days(2), days(2));
  // Our own number, but written before this process began: a process of the same number, in a container that started again.
  await utimes(reborn, days(0.5), days(0.5));
  await writeFileAtomic(path, bytes);
  const left = (await readdir(directory)).map((name) => join(directory, name)).sort();
  t.deepEqual(left, [mine, alive, elsewhere, ...others, path].sort());
  await utimes(elsewhere, days(2), days(2));
  await prepareFile(path);
  t.false((await readdir(directory)).some((name) => elsewhere.endsWith(name)));
});

test('links are followed, also those that lead nowhere yet, and modes are kept', async (t) => {
  const directory = await scratch(t);
  await mkdir(join(directory, 'data'));
  const target = join(directory, 'data', 'real');
  await writeFile(target, 'before');
  await chmod(target, 0o600);
  await symlink('data/real', join(directory, 'first'));
  await symlink('first', join(directory, 'second'));
  await symlink(join(directory, 'data', 'new'), join(directory, 'third'));
  await writeFileAtomic(join(directory, 'second'), bytes);
  await writeFileAtomic(join(directory, 'third'), bytes);
  t.is(await readlink(join(directory, 'second')), 'first');
  t.is(await readlink(join(directory, 'first')), 'data/real');
  t.deepEqual([...(await readFile(target))], [1, 2, 3]);
  t.is((await stat(target)).mode & 0o777, 0o600);
  await chmod(target, 0o644);
  await writeFileAtomic(target, bytes);
  t.is((await stat(target)).mode & 0o777, 0o644);
  t.deepEqual((await readdir(join(directory, 'data'))).sort(), ['new', 'real']);
  await symlink('round', join(directory, 'round'));
  await t.throwsAsync(writeFileAtomic(join(directory, 'round'), bytes), { code: 'FILE_UNWRITABLE', message: /circle/ });
});

test('a place is tried before there is anything to write, and its folder is made', async (t) => {
  const directory = await scratch(t);
  const path = join(directory, 'runs', 'today', 'run');
  await prepareFile(path);
  t.deepEqual(await readdir(join(directory, 'runs', 'today')), []);
  await writeFile(join(directory, 'file'), '');
  for (const odd of [directory, join(directory, 'file', 'run'), '/proc/none/run'])
    await t.throwsAsync(prepareFile(odd), { code: 'FILE_UNWRITABLE', message: /cannot be written/ }, odd);
  await t.throwsAsync(writeFileAtomic('/dev/null', bytes), { code: 'FILE_UNWRITABLE' });
});

test('pieces follow each other; what has no size is read to its end', async (t) => {
  const path = join(await scratch(t), 'pieces');
  await writeFileAtomic(path, [bytes, new Uint8Array(0), Uint8Array.of(4)]);
  t.deepEqual([...(await readFileBytes(path))], [1, 2, 3, 4]);
  t.deepEqual([...(await readFileBytes('/dev/null'))], []);
  await t.throwsAsync(readFileBytes('/'), { code: 'FILE_UNREADABLE', message: /directory/ });
});

test('a file that becomes shorter while it is read is an error', async (t) => {
  const path = join(await scratch(t), 'short');
  await writeFile(path, new Uint8Array(100));
  const file = await open(path);
  const { readInto } = await import('../src/read-file-bytes.js');
  await t.throwsAsync(readInto(file, 90, new Uint8Array(20)), { message: /shorter/ });
  await file.close();
});
