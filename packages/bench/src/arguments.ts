import { parseArgs } from 'node:util';
import { works, type Work } from './works.js';

export const usage = 'Usage: npm run bench [-- --only WORK,…] [--json FILE] [--quick] [--growth]';

export interface Arguments {
  readonly works: readonly Work[];
  /** Where the rows are written as JSON. */
  readonly json?: string;
  /** Few rounds, and nothing that takes more than seconds: two minutes in place of twenty. */
  readonly quick: boolean;
  /** In place of works: how a training step grows with the batch. */
  readonly growth: boolean;
}

/** @throws Error that names the works there are, for a work that there is not. */
export function parseArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      json: { type: 'string' },
      quick: { type: 'boolean', default: false },
      growth: { type: 'boolean', default: false },
    },
  });
  const names = values.only?.flatMap((list) => list.split(','));
  const unknown = names?.find((name) => !works.some((work) => work.name === name));
  if (unknown !== undefined)
    throw new Error(`There is no work '${unknown}'; there are ${works.map(({ name }) => name).join(', ')}.`);
  return {
    works: names ? works.filter(({ name }) => names.includes(name)) : works,
    quick: values.quick,
    growth: values.growth,
    ...(values.json !== undefined && { json: values.json }),
  };
}
