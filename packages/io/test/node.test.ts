import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { AdjointError } from '@adjoint/core';
import { readFileBytes, writeFileAtomic } from '../src/node.js';

async function temporaryDirectory(t: ExecutionContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'adjoint-io-'));
  t.teardown(() => rm(directory, { recursive: true }));
  return directory;
}

test('a file is written, replaced and read back; nothing else is left', async (t) => {
  const directory = await temporaryDirectory(t);
  const path = join(directory, 'model.safetensors');
  for (const content of [[1, 2, 3], [4], []]) {
    await writeFileAtomic(path, Uint8Array.from(content));
    t.deepEqual([...(await readFileBytes(path))], content);
  }
  t.deepEqual(await readdir(directory), ['model.safetensors']);
});

test('many writers at once leave the whole content of one of them', async (t) => {
  const directory = await temporaryDirectory(t);
  const path = join(directory, 'shared');
  await Promise.all(Array.from({ length: 8 }, (_, i) => writeFileAtomic(path, new Uint8Array(100_000).fill(i))));
  const bytes = await readFile(path);
  t.is(bytes.length, 100_000);
  t.true(bytes.every((byte) => byte === bytes[0]));
  t.deepEqual(await readdir(directory), ['shared']);
});

test('a failed write leaves what was there and no temporary file', async (t) => {
  const directory = await temporaryDirectory(t);
  const path = join(directory, 'taken');
  await mkdir(path);
  await writeFile(join(path, 'inside'), 'kept');
  const error = await t.throwsAsync(() => writeFileAtomic(path, Uint8Array.of(1)), {
    instanceOf: AdjointError,
    code: 'FILE_UNWRITABLE',
  });
  t.true(error?.message.startsWith(`${path}: cannot be written`));
  t.deepEqual(await readdir(directory), ['taken']);
  t.is(await readFile(join(path, 'inside'), 'utf8'), 'kept');
  await t.throwsAsync(() => writeFileAtomic(join(directory, 'none', 'file'), Uint8Array.of(1)), {
    code: 'FILE_UNWRITABLE',
  });
});

test('a file that is not there is named', async (t) => {
  await t.throwsAsync(() => readFileBytes('no/such.safetensors'), {
    instanceOf: AdjointError,
    code: 'FILE_UNREADABLE',
    message: /^no\/such\.safetensors: /,
  });
});
