import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { createApp } from 'adjoint';
import { fashionMnist } from '@adjoint/data/node';
import { loadModel } from '@adjoint/io/node';
import { readOptions } from '../src/options.js';
import { run } from '../src/run.js';

const main = fileURLToPath(new URL('../src/main.js', import.meta.url));

async function output(t: { teardown(undo: () => Promise<void>): void }): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'adjoint-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

test('the main job learns, reports and saves a model that predicts the same', async (t) => {
  const all = await fashionMnist();
  const part = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => i);
  const data = { train: all.train.subset(part(1024)), test: all.test.subset(part(256)) };
  const options = readOptions(['--epochs', '3'], await output(t));
  const { test: figures, file } = await run(options, { data });
  // Ten classes: a guess is right once in ten.
  t.true(figures!['accuracy']! > 0.5, `accuracy ${figures!['accuracy']}`);
  const app = createApp();
  const trainer = app.trainer(await loadModel(app, file), {
    loss: 'crossEntropy',
    optimizer: 'sgd',
    metrics: ['accuracy'],
  });
  t.is((await trainer.evaluate(data.test))['accuracy'], figures!['accuracy']);
});

test('SIGINT saves a checkpoint and exits with 130; --resume takes it', async (t) => {
  const directory = await output(t);
  const child = spawn(process.execPath, [main, '--epochs', '50', '--output', directory], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_V8_COVERAGE: '' },
  });
  let text = '';
  // A second signal would end it at once.
  let asked = false;
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    if (!asked && text.includes('Training ')) asked = child.kill('SIGINT');
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  t.is(code, 130, text);
  t.regex(text, /Interrupted at step \d+/);
  t.true((await readFile(join(directory, 'checkpoint.safetensors'))).length > 1000);
});

test('the command line is checked', (t) => {
  t.throws(() => readOptions(['--epochs', 'many'], '.'), { message: /--epochs.*whole number/ });
  t.throws(() => readOptions(['--nonsense'], '.'));
  t.is(readOptions(['--batch-size', '32'], '.').batchSize, 32);
});
