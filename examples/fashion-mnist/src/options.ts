import { parseArgs } from 'node:util';
import { AdjointError } from 'adjoint';

/** What the command line says. */
export interface Options {
  /** Directory of a full IDX set; the images that come with the project if not given. */
  readonly data?: string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly seed: number;
  /** A checkpoint to go on from. */
  readonly resume?: string;
  /** Where the model and checkpoints are saved. */
  readonly output: string;
  readonly help: boolean;
}

export const usage = `Usage: npm start -- [options]
  --data DIR        train on the IDX files of this directory (train-images-idx3-ubyte[.gz], …)
  --epochs N        passes over the training images (12)
  --batch-size N    images per update (64)
  --seed N          of initial weights, order and dropout (1)
  --resume FILE     go on from a checkpoint; take the other options as they were
  --output DIR      where the model and checkpoints go (examples/fashion-mnist/output)
  --help            print this`;

/** Reads the command line. Throws an AdjointError `OPTIONS_INVALID` that says what is wrong. */
export function readOptions(args: readonly string[], defaultOutput: string): Options {
  const values = parse(args);
  return {
    ...(values.data !== undefined && { data: values.data }),
    ...(values.resume !== undefined && { resume: values.resume }),
    epochs: wholeNumber('--epochs', values.epochs, 1),
    batchSize: wholeNumber('--batch-size', values['batch-size'], 1),
    seed: wholeNumber('--seed', values.seed, 0),
    output: values.output ?? defaultOutput,
    help: values.help,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        epochs: { type: 'string', default: '12' },
        'batch-size': { type: 'string', default: '64' },
        seed: { type: 'string', default: '1' },
        resume: { type: 'string' },
        output: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (cause) {
    throw new AdjointError('OPTIONS_INVALID', `${(cause as Error).message}\n\n${usage}`, { cause });
  }
}

function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least)
    throw new AdjointError('OPTIONS_INVALID', `${option} is '${text}'; it must be a whole number ≥ ${least}.`);
  return value;
}
