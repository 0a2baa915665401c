import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { saveModel } from '@adjoint/io/node';
import { createApp, hostTensor, type Choice } from '../../src/index.js';
import { adjoint } from './run-command.js';

// Logits ln 3 and −ln 3 of the examples 1 and −1, as ends of models turn them into answers.

const z = Math.log(3);
let directory: string;
test.before(async () => (directory = await mkdtemp(join(tmpdir(), 'adjoint-predict-'))));
test.after.always(() => rm(directory, { recursive: true, force: true }));

/** What is written for the examples [1] and [−1] by a dense layer, x ↦ weights·x, and what follows it. */
async function answers(
  name: string,
  weights: readonly number[],
  end: readonly Choice<'layer'>[],
  as: string,
  classes?: readonly string[],
): Promise<unknown[]> {
  const app = createApp();
  const units = weights.length;
  const shape = app.sequential({ input: [1], ...(classes && { classes }) }, [{ dense: { units } }, ...end]);
  const model = app.build(shape.composition, {
    weights: new Map([
      ['dense/weight', hostTensor(Float32Array.from(weights), shape.parameters[0]!.variable.type.shape)],
      ['dense/bias', hostTensor(new Float32Array(units))],
    ]),
  });
  const file = `${name}.safetensors`;
  await saveModel(model, join(directory, file));
  await app.close();
  const { output, errors, code } = await adjoint(directory, ['predict', file, '--input', '-', '--as', as], {
    input: '[[1],[-1]]',
  });
  if (code !== 0) throw new Error(errors);
  return output
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

const ends: readonly (readonly [
  name: string,
  weights: number[],
  end: Choice<'layer'>[],
  chances: number[][],
  classes: number[],
])[] = [
  [
    'two logits',
    [0, z],
    [],
    [
      [0.25, 0.75],
      [0.75, 0.25],
    ],
    [1, 0],
  ],
  [
    'a softmax',
    [0, z],
    ['softmax'],
    [
      [0.25, 0.75],
      [0.75, 0.25],
    ],
    [1, 0],
  ],
  [
    'one logit',
    [z],
    [],
    [
      [0.25, 0.75],
      [0.75, 0.25],
    ],
    [1, 0],
  ],
  [
    'a sigmoid',
    [z],
    ['sigmoid'],
    [
      [0.25, 0.75],
      [0.75, 0.25],
    ],
    [1, 0],
  ],
  [
    'several sigmoids',
    [z, -z],
    ['sigmoid'],
    [
      [0.75, 0.25],
      [0.25, 0.75],
    ],
    [0, 1],
  ],
];

for (const [name, weights, end, chances, classes] of ends) {
  test(`a model that ends in ${name} tells its probabilities and classes`, async (t) => {
    const file = name.replaceAll(' ', '-');
    const found = (await answers(file, weights, end, 'probabilities')) as number[][];
    t.deepEqual(
      found.map((row) => row.map((p) => Number(p.toFixed(6)))),
      chances,
    );
    t.deepEqual(await answers(file, weights, end, 'class'), classes);
  });
}

test('what is wrong with examples is told with the name of their file', async (t) => {
  await answers('any', [z], [], 'output');
  const { code, errors } = await adjoint(directory, ['predict', 'any.safetensors', '--input', '-'], {
    input: '[[1],[2,3]]',
  });
  t.is(code, 1);
  t.regex(errors, /^adjoint: the standard input: predict: the examples: nested arrays are ragged/);
});

test('classes that have names are called by them', async (t) => {
  t.deepEqual(await answers('named', [z], ['sigmoid'], 'class', ['no', 'yes']), ['yes', 'no']);
});
