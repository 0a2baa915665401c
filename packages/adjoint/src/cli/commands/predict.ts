import { writeFileAtomic } from '@adjoint/io/node';
import { probabilitiesOf } from '@adjoint/ensembles';
import { showProgress } from '@adjoint/loggers/node';
import { toNested, type Examples, type HostTensor, type Model } from '@adjoint/core';
import { chosenDataset } from '../chosen-dataset.js';
import { inFile } from '../in-file.js';
import { parseJson, readJson } from '../load-run-config.js';
import { openApp, type AppFlags } from '../open-app.js';
import { readModel } from '../read-model.js';
import { UsageError } from '../usage-error.js';

/** What is written for an example: the output as it is, the probabilities of the classes, or the likeliest class. */
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
    const say = () => answers(model, examples, flags.as);
    const lines = await (flags.input === undefined ? say() : inFile(nameOf(flags.input), say));
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    if (flags.output === undefined) process.stdout.write(text);
    else await writeFileAtomic(flags.output, new TextEncoder().encode(text));
  } finally {
    await app.close();
  }
}

/** What is said to each example: nested numbers, or a class by its name, by its number where it has none. */
async function answers(model: Model, examples: Examples, as: PredictFlags['as']): Promise<readonly unknown[]> {
  const watched = { onProgress: showProgress() };
  if (as === 'class')
    return (await model.predictClasses(examples, watched)).map(({ index, name }) => (model.classes ? name : index));
  const output = await model.predict(examples, watched);
  if (as === 'output') return rows(output).map(toNested);
  return rows(probabilitiesOf(output, model.outputScale)).map(({ data }) =>
    Array.from(data, (p) => Number(p.toPrecision(7))),
  );
}

/** Nested arrays [examples, …input] from a file of JSON, or from the standard input. */
async function readExamples(path: string): Promise<Examples> {
  return (path === '-' ? parseJson(await readStandardInput(), nameOf(path)) : await readJson(path)) as Examples;
}

function nameOf(path: string): string {
  return path === '-' ? 'the standard input' : path;
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
