import test from 'ava';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importScript } from './scripts.js';

test('compiled files go with their source', async (t) => {
  const project = await mkdtemp(join(tmpdir(), 'adjoint-orphans-'));
  t.teardown(() => rm(project, { recursive: true, force: true }));
  const files = ['src/kept.ts', 'dist/src/kept.js', 'dist/src/gone.js', 'dist/src/gone.d.ts.map', 'dist/.tsbuildinfo'];
  await Promise.all(['src', 'dist/src'].map((folder) => mkdir(join(project, folder), { recursive: true })));
  await Promise.all(files.map((file) => writeFile(join(project, file), '')));
  const { removeOrphans } = await importScript('remove-orphans.mjs');
  removeOrphans([project]);
  t.deepEqual((await readdir(join(project, 'dist'))).sort(), ['.tsbuildinfo', 'src']);
  t.deepEqual(await readdir(join(project, 'dist/src')), ['kept.js']);
});

test('two setups of one checkout take turns', async (t) => {
  const { acquireLock } = await importScript('lock.mjs');
  const checkout = `checkout of process ${process.pid}`;
  const order: string[] = [];
  const releaseFirst = await acquireLock(checkout);
  const second = acquireLock(checkout).then((release) => {
    order.push('second');
    release();
  });
  await new Promise((done) => setTimeout(done, 20));
  order.push('first');
  releaseFirst();
  await second;
  t.deepEqual(order, ['first', 'second']);
});
