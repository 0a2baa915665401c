import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { commandLine } from '../../src/cli/command-line.js';
import { exitCodes } from '../../src/cli/exit-codes.js';
import { adjoint } from './run-command.js';

let directory: string;
test.before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'adjoint-cli-'));
  await writeFile(join(directory, 'model.bin'), '');
  const config = { data: { train: 'digits' }, model: { input: [1], layers: ['dence'] }, trainer: {}, fit: {} };
  await writeFile(join(directory, 'odd-layer.json'), JSON.stringify(config));
});
test.after.always(() => rm(directory, { recursive: true, force: true }));

const badly: readonly (readonly [title: string, args: readonly string[], code: number, message: RegExp])[] = [
  ['an unknown command', ['trian', 'x.json'], 2, /Did you mean train/],
  ['a missing argument', ['train'], 2, /missing required argument 'config'/],
  ['a number that is none', ['train', 'x.json', '--epochs', 'two'], 2, /whole number ≥ 1/],
  ['a file that is not there', ['train', 'nowhere.json'], 1, /^adjoint: nowhere\.json: cannot be read/],
  [
    'a file that is no configuration',
    ['summary', 'model.bin'],
    1,
    /^adjoint: model\.bin: is no configuration; .*\.json, \.ts/,
  ],
  ['a module that is not there', ['summary', 'nowhere.ts'], 1, /^adjoint: nowhere\.ts: cannot be read \(ENOENT/],
  ['a layer that is misspelt', ['summary', 'odd-layer.json'], 1, /^adjoint: odd-layer\.json: layer 'dence'.* 'dense'/],
  ['the same to be inspected', ['inspect', 'odd-layer.json'], 1, /^adjoint: odd-layer\.json: layer 'dence'/],
  ['the same to be trained', ['train', 'odd-layer.json'], 1, /^adjoint: odd-layer\.json: layer 'dence'/],
  [
    'a file that is no composition',
    ['convert', 'odd-layer.json', 'b.onnx'],
    1,
    /^adjoint: odd-layer\.json: build: .*'inputs'/,
  ],
  ['a kind like no other', ['plugins', 'zzz'], 2, /There is no kind 'zzz'\. There are initializer, layer/],
  ['an unknown kind', ['plugins', 'optimiser'], 2, /did you mean 'optimizer'/],
  ['an unknown name', ['plugins', 'optimizer', 'adan'], 1, /did you mean 'adam'/],
  ['a package that is not installed', ['worker', '--redis', 'redis://x'], 1, /npm install @adjoint\/runner-bullmq/],
  ['a file for a package that is not installed', ['summary', 'a.onnx'], 1, /npm install @adjoint\/onnx/],
  ['a plugin that is not there', ['plugins', '--plugins', 'acme'], 1, /'acme' is not found from/],
  ['a format that is not known', ['convert', 'a.pt', 'b.onnx'], 2, /ends in \.safetensors, \.onnx, \.json/],
  ['nothing to predict', ['predict', 'a.safetensors'], 2, /--data DATASET or --input FILE/],
];

for (const [title, args, code, message] of badly) {
  test(`${title} is said in a line, without a stack`, async (t) => {
    const outcome = await adjoint(directory, args);
    t.is(outcome.code, code, outcome.errors);
    t.regex(outcome.errors, message);
    t.notRegex(outcome.errors, /^ {4}at /m);
  });
}

test('--verbose shows where an error comes from', async (t) => {
  const { errors } = await adjoint(directory, ['--verbose', 'train', 'nowhere.json']);
  t.regex(errors, /^ {4}at /m);
});

test('what a configuration has wrong is named with its place', async (t) => {
  await writeFile(
    join(directory, 'odd.json'),
    JSON.stringify({ data: {}, model: {}, trainer: {}, fit: {}, epochs: 3 }),
  );
  t.regex((await adjoint(directory, ['train', 'odd.json'])).errors, /odd\.json: .*epochs/);
});

test('an output that is read no further ends the program without a word', async (t) => {
  const { code, errors } = await adjoint(directory, ['plugins', '--json'], { readsOutput: false });
  t.is(errors, '');
  t.is(code, exitCodes.closed);
});

test('every command has help with examples', (t) => {
  for (const command of commandLine().commands) {
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    t.regex(help, new RegExp(`Examples:\\n +\\$ npx adjoint ${command.name()}`), command.name());
  }
});
