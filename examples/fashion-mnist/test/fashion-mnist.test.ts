import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { createApp, isHostTensor, type Profile } from 'adjoint';
import { fashionMnist, loadIdxDirectory } from '@adjoint/data/node';
import { decodeCheckpoint } from '@adjoint/io';
import { loadModel } from '@adjoint/io/node';
import { trainerFor } from '../src/network.js';
import { readOptions } from '../src/options.js';
import { run, type RunContext } from '../src/run.js';

const main = fileURLToPath(new URL('../src/main.js', import.meta.url));

async function scratch(t: ExecutionContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'adjoint-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

async function images(train: number, testing: number): Promise<NonNullable<RunContext['data']>> {
  const all = await fashionMnist();
  const first = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => i);
  return { train: all.train.subset(first(train)), test: all.test.subset(first(testing)) };
}

/** Runs the program itself; `watch` sees its output so far and may send it a signal. */
async function runMain(
  args: readonly string[],
  watch?: (text: string, kill: () => void) => void,
): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, [main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_V8_COVERAGE: '' },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      watch?.(text, () => child.kill('SIGINT'));
    });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, text };
}

test('the main job learns, reports and saves a model that predicts the same', async (t) => {
  const data = await images(1024, 256);
  const options = readOptions(['--epochs', '3'], await scratch(t));
  const { test: figures, model } = await run(options, { data });
  // Ten classes: a guess is right once in ten.
  const { accuracy, confusionMatrix } = figures!;
  t.true(Number(accuracy) > 0.5, `accuracy ${Number(accuracy)}`);
  const counts = isHostTensor(confusionMatrix) ? [...confusionMatrix.data] : [];
  t.is(
    counts.reduce((sum, count) => sum + count, 0),
    256,
  );
  const app = createApp();
  const trainer = trainerFor(app, await loadModel(app, model!), 0);
  t.deepEqual(await trainer.figures(data.test), figures);
});

test('a run that was interrupted in an epoch and resumed comes to the same figures', async (t) => {
  const data = await images(512, 128);
  const whole = await run(readOptions(['--epochs', '2'], await scratch(t)), { data });

  const directory = await scratch(t);
  const controller = new AbortController();
  let batches = 0;
  const train: typeof data.train = {
    size: data.train.size,
    inputs: data.train.inputs,
    targets: data.train.targets,
    batch: (indices) => {
      if (++batches === 5) controller.abort('fifth batch');
      return data.train.batch(indices);
    },
  };
  const interrupted = await run(readOptions(['--epochs', '2'], directory), {
    data: { ...data, train },
    signal: controller.signal,
  });
  t.is(interrupted.test, undefined);
  const resumed = await run(readOptions(['--epochs', '2', '--resume', interrupted.checkpoint], directory), { data });
  t.deepEqual(resumed.test, whole.test);
});

test('SIGINT saves a checkpoint and exits with 130; --resume takes it', async (t) => {
  const directory = await scratch(t);
  let asked = false;
  const { code, text } = await runMain(['--epochs', '50', '--output', directory], (sofar, kill) => {
    // A second signal would end it at once.
    if (asked || !sofar.includes('Training ')) return;
    asked = true;
    kill();
  });
  t.is(code, 130, text);
  const steps = Number(/Interrupted after (\d+) steps/.exec(text)?.[1]);
  t.true(Number.isSafeInteger(steps), text);

  // A run that is interrupted before its first step saves what it has taken over.
  const options = readOptions(['--epochs', '50', '--resume', join(directory, 'checkpoint.safetensors')], directory);
  const { checkpoint } = await run(options, { signal: AbortSignal.abort('before the first step') });
  t.is(decodeCheckpoint(await readFile(checkpoint)).metadata.step, steps);
});

test('a closed standard output does not end training; SIGTERM saves a checkpoint and exits with 143', async (t) => {
  const directory = await scratch(t);
  const child = spawn(process.execPath, [main, '--epochs', '50', '--output', directory], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_V8_COVERAGE: '' },
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    if (!chunk.toString().includes('Training ')) return;
    child.stdout.destroy();
    // Each step of progress on a terminal, and each epoch elsewhere, is printed into nothing.
    setTimeout(() => child.kill('SIGTERM'), 500);
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  t.deepEqual([code, errors], [143, '']);
  const { metadata } = decodeCheckpoint(await readFile(join(directory, 'checkpoint.safetensors')));
  t.is(metadata.run?.plan.epochs, 50);
});

test('what cannot be saved is known before training', async (t) => {
  const directory = await scratch(t);
  await writeFile(join(directory, 'file'), '');
  await mkdir(join(directory, 'folder', 'checkpoint.safetensors'), { recursive: true });
  for (const name of ['file', 'folder']) {
    const { code, text } = await runMain(['--output', join(directory, name)]);
    t.is(code, 1);
    t.regex(text, /cannot be written/);
    t.notRegex(text, /Training |\n {4}at /);
  }
});

test('--data trains on the IDX files of a directory', async (t) => {
  const directory = join(await scratch(t), 'idx');
  await mkdir(directory);
  const idx = (shape: readonly number[], value: (i: number) => number): Uint8Array => {
    const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
    // Two zeros, 8 for unsigned bytes, the number of dimensions, then the dimensions, big-endian.
    header.setUint32(0, 0x0800 + shape.length);
    shape.forEach((extent, i) => header.setUint32(4 + 4 * i, extent));
    const size = shape.reduce((product, extent) => product * extent, 1);
    return Uint8Array.from([...new Uint8Array(header.buffer), ...Array.from({ length: size }, (_, i) => value(i))]);
  };
  for (const [prefix, count] of [
    ['train', 40],
    ['t10k', 20],
  ] as const) {
    await writeFile(
      join(directory, `${prefix}-images-idx3-ubyte`),
      idx([count, 28, 28], (i) => (i * 37) % 256),
    );
    await writeFile(
      join(directory, `${prefix}-labels-idx1-ubyte`),
      idx([count], (i) => i % 10),
    );
  }
  t.is((await loadIdxDirectory(directory)).train.size, 40);
  const args = ['--data', directory, '--epochs', '1', '--batch-size', '20', '--output', join(directory, 'out')];
  const { code, text } = await runMain(args);
  t.is(code, 0, text);
  t.regex(text, /for 1 epochs of 2 steps/);
  t.regex(text, /Test accuracy [01]\.\d{4} on 20 images/);
});

test('--profile tells where the time of a step goes, and writes a trace', async (t) => {
  const directory = await scratch(t);
  t.is(readOptions([], directory).profile, undefined);
  t.is(readOptions(['--profile'], directory).profile, join(directory, 'profile.json'));
  t.is(readOptions(['--profile', '--seed', '2'], directory).profile, join(directory, 'profile.json'));
  for (const args of [['--profile', 'a.json'], ['--profile=a.json']])
    t.is(readOptions(args, directory).profile, 'a.json');

  const file = join(directory, 'traces', 'step.json');
  const { code, text } = await runMain(['--profile', file, '--batch-size', '16', '--output', directory]);
  t.is(code, 0, text);
  t.regex(text, /layer +ms +share +GFLOP\/s +GB\/s +kernel/);
  t.regex(text, /conv2d_2′ .* convolution/);
  t.notRegex(text, /Test accuracy/);
  const { traceEvents } = JSON.parse(await readFile(file, 'utf8')) as ReturnType<Profile['toChromeTrace']>;
  const layers = new Set(traceEvents.map(({ args }) => args['layer']));
  for (const layer of ['conv2d', 'conv2d′', 'dense', 'loss', 'optimizer']) t.true(layers.has(layer), layer);
  // The second convolution forward: 16 images of 14×14, 32 filters over 16 channels of 3×3, and a bias.
  const convolution = traceEvents.find(({ name }) => /^conv2d_2\b(?!′).*convolution/.test(name));
  t.is(convolution?.args['flops'], 16 * 14 * 14 * 32 * (2 * 16 * 9 + 1));
});

test('what is wrong with the command line or a file is said without a stack', async (t) => {
  t.throws(() => readOptions(['--epochs', 'many'], '.'), {
    code: 'OPTIONS_INVALID',
    message: /--epochs.*whole number/,
  });
  t.throws(() => readOptions(['--nonsense'], '.'), { code: 'OPTIONS_INVALID', message: /--nonsense/ });
  t.is(readOptions(['--batch-size', '32'], '.').batchSize, 32);

  const help = await runMain(['--help']);
  t.is(help.code, 0);
  t.true(help.text.startsWith('Usage: npm start'));
  const directory = await scratch(t);
  const missing = await runMain(['--resume', join(directory, 'none'), '--output', directory]);
  t.is(missing.code, 1);
  t.regex(missing.text, /none: cannot be read/);
  t.notRegex(missing.text, /\n {4}at /);
});
