import { parseArgs } from 'node:util';
import { runners, type Runner } from './runners.js';
import { works, type Work } from './works.js';

export const usage = 'Usage: npm run bench [-- --only WORK,…] [--runner NAME,…] [--json FILE] [--quick] [--growth]';

export interface Arguments {
  readonly works: readonly Work[];
  readonly runners: readonly Runner[];
  /** Where the rows are written as JSON. */
  readonly json?: string;
  /** Few rounds, and nothing that takes more than seconds: two minutes in place of twenty. */
  readonly quick: boolean;
  /** In place of works: how a training step grows with the batch. */
  readonly growth: boolean;
}

/** @throws Error that names the works or runners there are, for one that there is not. */
export function parseArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      runner: { type: 'string', multiple: true },
      json: { type: 'string' },
      quick: { type: 'boolean', default: false },
      growth: { type: 'boolean', default: false },
    },
  });
  return {
    works: chosen('work', works, values.only),
    runners: chosen('runner', runners, values.runner),
    quick: values.quick,
    growth: values.growth,
    ...(values.json !== undefined && { json: values.json }),
  };
}

/** Those that are named by lists on the command line; all if none is. */
function chosen<T extends { readonly name: string }>(
  what: string,
  all: readonly T[],
  lists: readonly string[] | undefined,
): readonly T[] {
  const names = lists?.flatMap((list) => list.split(','));
  const unknown = names?.find((name) => !all.some((one) => one.name === name));
  if (unknown !== undefined) {
    const known = [...new Set(all.map(({ name }) => name))];
    throw new Error(`There is no ${what} '${unknown}'; there are ${known.join(', ')}.`);
  }
  return names ? all.filter(({ name }) => names.includes(name)) : all;
}
