import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { loadStandalone } from '@adjoint/standalone';
import { adjoint } from './run-command.js';

// Inside this package, so that what a configuration imports resolves from there.
const parent = fileURLToPath(new URL('.', import.meta.url));
let directory: string;

const config = {
  data: { train: 'digits', validation: 0.1, test: 0.2 },
  model: { input: [1, 8, 8], layers: ['flatten', { dense: { units: 10 } }] },
  trainer: { loss: 'crossEntropy', optimizer: { adam: { learningRate: 0.01 } }, metrics: ['accuracy'] },
  fit: { epochs: 4, batchSize: 32 },
};

test.before('a folder with a trained model', async (t) => {
  await mkdir(parent, { recursive: true });
  directory = await mkdtemp(join(parent, 'cli-'));
  await writeFile(join(directory, 'digits.json'), JSON.stringify(config));
  const { code, output, errors } = await adjoint(directory, ['train', 'digits.json']);
  t.is(code, 0, errors);
  t.regex(output, /epoch 4\/4 {2}loss \d\.\d{4} {2}accuracy/);
  t.regex(output, /650 parameters/);
  const [, accuracy] = /test {2}loss \d\.\d+ {2}accuracy (\d\.\d+)/.exec(output) ?? [];
  t.true(Number(accuracy) > 0.85, output);
});
test.after.always(() => rm(directory, { recursive: true, force: true }));

test('a checkpoint is evaluated, as text and as JSON', async (t) => {
  const text = await adjoint(directory, ['evaluate', 'output/run.safetensors', '--data', 'digits']);
  const [, accuracy = ''] = /accuracy (\d\.\d+)/.exec(text.output) ?? [];
  const json = await adjoint(directory, ['evaluate', 'output/run.safetensors', '--data', '{"digits":{}}', '--json']);
  const figures = JSON.parse(json.output) as Record<string, number>;
  t.is(figures['accuracy']!.toFixed(4), accuracy);
});

test('a model is converted to one with code, which predicts without layers', async (t) => {
  const page = join(directory, 'page.safetensors');
  const { code, errors } = await adjoint(directory, [
    'convert',
    'output/model.safetensors',
    'page.safetensors',
    '--standalone',
    '2',
  ]);
  t.is(code, 0, errors);
  const standalone = await loadStandalone(await readFile(page));
  const classes = await standalone.predictClasses(new Float32Array(3 * 64));
  t.is(classes.length, 3);
  const other = await adjoint(directory, ['convert', 'output/model.safetensors', 'model.json', '--standalone', '2']);
  t.is(other.code, 2);
  t.regex(other.errors, /--standalone puts code into a \.safetensors file; 'model\.json' is none/);
});

test('predictions are lines of JSON: classes of a dataset, probabilities of what is typed', async (t) => {
  const model = 'output/model.safetensors';
  const classes = await adjoint(directory, ['predict', model, '--data', 'digits', '--as', 'class']);
  const lines = classes.output.trimEnd().split('\n').map(Number);
  t.is(lines.length, 1797);
  // The first ten of the set are the digits in order.
  t.true(lines.slice(0, 10).filter((digit, i) => digit === i).length >= 8);
  const image = JSON.stringify([[Array.from({ length: 8 }, () => Array.from({ length: 8 }, () => 0.5))]]);
  const typed = await adjoint(directory, ['predict', model, '--input', '-', '--as', 'probabilities'], { input: image });
  const probabilities = JSON.parse(typed.output) as number[];
  t.true(Math.abs(probabilities.reduce((sum, p) => sum + p, 0) - 1) < 1e-5);
  await adjoint(directory, ['predict', model, '--input', '-', '--output', 'out.jsonl'], { input: image });
  t.is((JSON.parse(await readFile(join(directory, 'out.jsonl'), 'utf8')) as number[]).length, 10);
});

test('--runs keeps a run for the dashboard, called as its configuration', async (t) => {
  const { code, errors } = await adjoint(directory, [
    'train',
    'digits.json',
    '--output',
    'kept',
    '--epochs',
    '1',
    '--runs',
    'runs',
  ]);
  t.is(code, 0, errors);
  const run = JSON.parse(await readFile(join(directory, 'runs/digits/run.json'), 'utf8')) as Record<string, unknown>;
  t.is(run['name'], 'digits');
});

test('a run is taken up again from its checkpoint', async (t) => {
  const longer = await adjoint(directory, ['train', 'digits.json', '--output', 'again', '--epochs', '1']);
  t.is(longer.code, 0, longer.errors);
  const { output, errors } = await adjoint(directory, ['train', 'digits.json', '--output', 'again', '--resume']);
  t.notRegex(output, /epoch 1\//, errors);
});

test('a configuration in TypeScript is loaded, and its model is summed up', async (t) => {
  const source = `
    import { defineRun } from 'adjoint';
    const units: number = 3;
    export default defineRun({
      data: { train: 'digits' },
      model: { input: [4], layers: [{ dense: { units } }] },
      trainer: { loss: 'crossEntropy', optimizer: 'sgd' },
      fit: { epochs: 1, batchSize: 8 },
    });`;
  await writeFile(join(directory, 'run.ts'), source);
  const { output, errors } = await adjoint(directory, ['summary', 'run.ts']);
  t.regex(output, /15 parameters/, errors);
});

test('on a terminal there are bars while data load, are evaluated and predicted', async (t) => {
  const rows = Array.from({ length: 300 }, (_, i) => `${new Array(64).fill(i % 5).join(',')},${i % 10}`);
  const header = Array.from({ length: 64 }, (_, i) => `x${i}`).join(',');
  await writeFile(join(directory, 'rows.csv'), `${header},digit\n${rows.join('\n')}\n`);
  const flat = { ...config, model: { input: [64], layers: [{ dense: { units: 10 } }] }, output: 'flat' };
  const csv = { csv: { path: 'rows.csv', target: 'digit' } };
  await writeFile(join(directory, 'flat.json'), JSON.stringify({ ...flat, data: { train: csv } }));
  for (const [args, ...works] of [
    [['train', 'flat.json'], 'loading', 'fit'],
    [['evaluate', 'flat/run.safetensors', '--data', JSON.stringify(csv)], 'loading', 'evaluation'],
    [['predict', 'flat/model.safetensors', '--data', JSON.stringify(csv), '--as', 'class'], 'loading', 'prediction'],
  ] as const) {
    const shown = await adjoint(directory, args, { isTerminal: true });
    t.is(shown.code, 0, shown.errors);
    for (const work of works) t.true(shown.errors.includes(`\u001b[2K${work}  `), `${args[0]}: ${shown.errors}`);
    const quiet = await adjoint(directory, args);
    t.is(quiet.errors, '');
  }
});

test('a model is converted to its composition and back', async (t) => {
  const there = await adjoint(directory, ['convert', 'output/model.safetensors', 'model.json']);
  t.is(there.code, 0, there.errors);
  const { output } = await adjoint(directory, ['convert', 'model.json', 'fresh.safetensors']);
  t.regex(output, /650 parameters/);
});

test('a step is inspected and timed', async (t) => {
  const { output } = await adjoint(directory, ['inspect', 'digits.json', '--stage', 'loops']);
  t.regex(output, /kernel 0/);
  const times = await adjoint(directory, ['bench', 'digits.json', '--steps', '3', '--backend', 'wasm']);
  t.regex(times.output, /wasm +\d+\.\d+ ms a step/, times.errors);
});
