import { writeFileAtomic } from '@adjoint/io/node';
import { toNested, type Examples, type HostTensor, type NestedNumbers } from '@adjoint/core';
import { chosenDataset } from '../chosen-dataset.js';
import { parseJson, readJson } from '../load-run-config.js';
import { openApp, type AppFlags } from '../open-app.js';
import { readModel } from '../read-model.js';
import { UsageError } from '../usage-error.js';

/** What is written for an example: the output as it is, its softmax, or the number of its greatest. */
export const forms = ['output', 'probabilities', 'class'] as const;

export interface PredictFlags extends AppFlags {
  readonly data?: string;
  readonly input?: string;
  readonly as: (typeof forms)[number];
  readonly output?: string;
}

/** What a model says to examples, a line of JSON for each. */
export async function predict(file: string, flags: PredictFlags): Promise<void> {
  if ((flags.data === undefined) === (flags.input === undefined))
    throw new UsageError('Say what to predict: either --data DATASET or --input FILE.');
  const app = await openApp(flags);
  try {
    const model = await readModel(app, file);
    const examples: Examples =
      flags.data === undefined ? await readExamples(flags.input!) : await chosenDataset(app, flags.data);
    const lines = rows(await model.predict(examples)).map((row) => JSON.stringify(written(row, flags.as)));
    const text = lines.map((line) => `${line}\n`).join('');
    if (flags.output === undefined) process.stdout.write(text);
    else await writeFileAtomic(flags.output, new TextEncoder().encode(text));
  } finally {
    await app.close();
  }
}

/** Nested arrays [examples, …input] from a file of JSON, or from the standard input. */
async function readExamples(path: string): Promise<Examples> {
  return (path === '-' ? parseJson(await readStandardInput(), 'the standard input') : await readJson(path)) as Examples;
}

async function readStandardInput(): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of process.stdin) pieces.push(piece as Uint8Array);
  return Buffer.concat(pieces).toString('utf8');
}

function rows({ data, shape, dtype }: HostTensor): HostTensor[] {
  const [examples = 0, ...rest] = shape;
  const size = data.length / Math.max(1, examples);
  return Array.from({ length: examples }, (_, i) => ({
    data: data.subarray(i * size, (i + 1) * size),
    shape: rest,
    dtype,
  }));
}

function written(row: HostTensor, as: PredictFlags['as']): NestedNumbers {
  if (as === 'output') return toNested(row);
  const values = Array.from(row.data, Number);
  const greatest = Math.max(...values);
  if (as === 'class') return values.indexOf(greatest);
  const powers = values.map((value) => Math.exp(value - greatest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => Number((power / total).toPrecision(7)));
}
