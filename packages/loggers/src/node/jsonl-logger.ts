import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { AdjointError, defineLogger } from '@adjoint/core';
import { boolean, documented, object, optional, string } from '@adjoint/core/options';

/** Appends one line of JSON per event to a file: { event, time, …payload }. */
export const jsonlLogger = defineLogger({
  options: object({
    path: documented(string, 'File to append to; folders are made.'),
    steps: documented(optional(boolean, true), 'Whether to write every step, too.'),
  }),
  description: 'Appends one line of JSON per event to a file: { event, time, …payload }.',
  examples: [{ options: { path: 'runs/first.jsonl' } }],
  create: ({ path, steps }) => ({
    attach(trainer) {
      writing(path, () => {
        mkdirSync(dirname(path), { recursive: true });
        // What cannot be written is better known before training.
        appendFileSync(path, '');
      });
      const write = (event: string) => (payload: object) =>
        writing(path, () =>
          appendFileSync(path, `${JSON.stringify({ event, time: new Date().toISOString(), ...payload })}\n`),
        );
      const undo = [
        ...(['fit:start', 'validation:end', 'epoch:end', 'fit:end', 'warning'] as const).map((event) =>
          trainer.on(event, write(event)),
        ),
        ...(steps ? [trainer.on('step:end', write('step:end'))] : []),
      ];
      return () => undo.forEach((take) => take());
    },
  }),
});

/** @throws AdjointError `FILE_UNWRITABLE` */
function writing(path: string, work: () => void): void {
  try {
    work();
  } catch (cause) {
    throw new AdjointError(
      'FILE_UNWRITABLE',
      `${path}: cannot be written (${(cause as Error).message}); check its folder, its permissions and the space on the disk.`,
      { cause },
    );
  }
}
