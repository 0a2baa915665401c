import { parseArgs } from 'node:util';
import { AdjointError } from '@adjoint/core';

export const sizes = ['smoke', 'usual', 'full'] as const;
/** `smoke` shows in seconds that it runs, `usual` takes minutes on two cores, `full` is the size of the paper. */
export type Size = (typeof sizes)[number];

/** What the command line says. */
export interface Arguments {
  readonly size: Size;
  readonly seed: number;
  /** Directory of a full IDX set in place of the images that come with the project. */
  readonly data?: string;
  /** Where the JSON file and the plots are written. */
  readonly out: string;
  readonly help: boolean;
}

export const options = `  --smoke       seconds: shows that it runs, not what it finds
  --full        the size of the paper
  --data DIR    the IDX files of this directory (train-images-idx3-ubyte[.gz], …) instead of what comes with the project
  --seed N      of everything that is drawn (1)
  --out DIR     where figures (JSON) and plots (SVG) are written (output)
  --help        print this`;

/** Reads the command line. Throws an AdjointError `OPTIONS_INVALID` that says what is wrong. */
export function readArguments(args: readonly string[]): Arguments {
  const values = parse(args);
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new AdjointError('OPTIONS_INVALID', `--seed is '${values.seed}'; it must be a whole number ≥ 0.`);
  if (values.smoke && values.full)
    throw new AdjointError('OPTIONS_INVALID', 'Give one of --smoke and --full, not both.');
  const size = values.smoke ? 'smoke' : values.full ? 'full' : 'usual';
  return { size, seed, out: values.out, help: values.help, ...(values.data !== undefined && { data: values.data }) };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        smoke: { type: 'boolean', default: false },
        full: { type: 'boolean', default: false },
        data: { type: 'string' },
        seed: { type: 'string', default: '1' },
        out: { type: 'string', default: 'output' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (cause) {
    throw new AdjointError('OPTIONS_INVALID', `${(cause as Error).message}\n\n${options}`, { cause });
  }
}
