import { defineLogger } from '@adjoint/core';
import { boolean, documented, object, optional, string } from '@adjoint/core/options';
import { writeEvents } from './event-lines.js';
import { OutputFile } from './output-file.js';

/** Appends one line of JSON per event to a file: { event, time, …payload }. */
export const jsonlLogger = defineLogger({
  options: object({
    path: documented(string, 'File to append to; folders are made.'),
    steps: documented(optional(boolean, true), 'Whether to write every step, too.'),
  }),
  description: 'Appends one line of JSON per event to a file: { event, time, …payload }.',
  examples: [{ options: { path: 'runs/first.jsonl' } }],
  create: ({ path, steps }) => ({
    attach: (run) => writeEvents(run, new OutputFile(path), { steps: steps ? 1 : 0 }),
  }),
});
