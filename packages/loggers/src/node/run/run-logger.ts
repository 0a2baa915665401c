import { defineLogger, type FitStart, type Json, type Observed, type Observer } from '@adjoint/core';
import { array, count, documented, natural, object, optional, string } from '@adjoint/core/options';
import { eventLine, writeEvents } from '../files/event-lines.js';
import { hyperparametersOf } from '../hyperparameters.js';
import { classExamples } from './class-examples.js';
import { RunFolder } from './run-folder.js';

/** Options of whatever writes the folder of a run. */
export const runOptions = {
  directory: documented(optional(string, 'runs'), 'Folder of the runs; made if it is not there.'),
  name: documented(
    optional(string),
    'Folder of this run among them; the time if not given. Runs that are given the same name (members of an ensemble, folds, trials) belong together: `name`, `name-2`, ….',
  ),
  steps: documented(optional(count, 1), 'Writes every so many steps.'),
  images: documented(
    optional(natural, 4),
    'Images of the validation data that are kept for each pair of true and predicted class, at the end of a run; none for 0.',
  ),
  classes: documented(optional(array(string)), 'Names of the classes, in their order.'),
};

export interface RunOptions {
  readonly directory: string;
  readonly name?: string | undefined;
  readonly steps: number;
  readonly images: number;
  readonly classes?: readonly string[] | undefined;
}

/** Writes a run as a folder, which the dashboard and reports read. */
export const runLogger = defineLogger({
  options: object(runOptions),
  description: 'Writes a run as a folder of JSON, which the dashboard and reports read.',
  create: (options) => runObserver(options),
});

/** The observer behind the logger `run`. `onFolder` is told of the folder once it is made, at the start of
 * the run, which waits for it. */
export function runObserver(options: RunOptions, onFolder: (folder: RunFolder) => unknown = () => undefined): Observer {
  const { directory, name, steps, images, classes } = options;
  return {
    attach(run) {
      let folder: RunFolder | undefined;
      let detach = (): void => undefined;
      const undo = [
        run.on('fit:start', (start) => {
          if (folder) return undefined;
          // What cannot be written ends the run before its first step.
          folder = RunFolder.make(directory, name);
          folder.writeMetadata({ ...metadataOf(run, start), ...(classes && { classes }) });
          detach = writeEvents(run, folder.events, { steps });
          // Nobody listens to the event on which the folder is made.
          folder.events.append(eventLine('fit:start', start));
          return onFolder(folder);
        }),
        run.on('fit:end', async ({ reason }) => {
          const examples = images > 0 && reason !== 'failed' ? await classExamples(run, images) : undefined;
          if (examples) folder?.writeExamples(examples);
        }),
      ];
      return () => {
        undo.forEach((take) => take());
        detach();
      };
    },
  };
}

function metadataOf(run: Observed, start: FitStart) {
  const { model } = run;
  return {
    started: new Date().toISOString(),
    parameters: start.parameters,
    ...(model && { summary: model.summary(), composition: model.composition as unknown as Json }),
    hyperparameters: hyperparametersOf(run, start),
  };
}
