import { join } from 'node:path';
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
  /** Where to write the trace of a training step, instead of training. */
  readonly profile?: string;
  readonly help: boolean;
}

export const usage = `Usage: npm start -- [options]
  --data DIR        train on the IDX files of this directory (train-images-idx3-ubyte[.gz], …)
  --epochs N        passes over the training images (12)
  --batch-size N    images per update (64)
  --seed N          of initial weights, order and dropout (1)
  --resume FILE     go on from a checkpoint; take the other options as they were
  --output DIR      where the model and checkpoints go (examples/fashion-mnist/output)
  --profile [FILE]  tell where the time of a step goes, write a Chrome trace (profile.json beside the model), and end
  --help            print this`;

/** Reads the command line. Throws an AdjointError `OPTIONS_INVALID` that says what is wrong. */
export function readOptions(args: readonly string[], defaultOutput: string): Options {
  const values = parse(args);
  const output = values.output ?? defaultOutput;
  return {
    ...(values.data !== undefined && { data: values.data }),
    ...(values.resume !== undefined && { resume: values.resume }),
    epochs: wholeNumber('--epochs', values.epochs, 1),
    batchSize: wholeNumber('--batch-size', values['batch-size'], 1),
    seed: wholeNumber('--seed', values.seed, 0),
    output,
    ...(values.profile !== undefined && { profile: values.profile || join(output, 'profile.json') }),
    help: values.help,
  };
}

function parse(args: readonly string[]) {
  // Without a file the option has an empty one.
  const isBare = (argument: string, i: number): boolean =>
    argument === '--profile' && (args[i + 1]?.startsWith('-') ?? true);
  try {
    return parseArgs({
      args: args.map((argument, i) => (isBare(argument, i) ? '--profile=' : argument)),
      options: {
        data: { type: 'string' },
        epochs: { type: 'string', default: '12' },
        'batch-size': { type: 'string', default: '64' },
        seed: { type: 'string', default: '1' },
        resume: { type: 'string' },
        output: { type: 'string' },
        profile: { type: 'string' },
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
