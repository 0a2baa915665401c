import { mkdirSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AdjointError, type Json } from '@adjoint/core';
import type { Hyperparameters } from '../hyperparameters.js';
import { makeDirectory, OutputFile, writing } from '../files/output-file.js';
import type { ExamplesFile } from './class-examples.js';

/** Names of what is in the folder of a run. */
export const runFiles = { metadata: 'run.json', events: 'events.jsonl', examples: 'examples.json' } as const;

/** What `run.json` says of a run. */
export interface RunMetadata {
  readonly format: 'adjoint/run/1';
  /** Of the folder. */
  readonly name: string;
  /** What runs that belong together have in common: members of an ensemble, folds, trials. */
  readonly group: string;
  /** ISO 8601. */
  readonly started: string;
  readonly parameters?: number;
  /** The table of layers. */
  readonly summary?: string;
  readonly composition?: Json;
  readonly hyperparameters: Hyperparameters;
  /** Names of the classes, in their order. */
  readonly classes?: readonly string[];
}

/** The folder of one run. */
export class RunFolder {
  readonly events: OutputFile;

  private constructor(
    readonly path: string,
    readonly name: string,
    readonly group: string,
  ) {
    this.events = new OutputFile(join(path, runFiles.events));
  }

  /**
   * Makes the folder `name` among the runs in `directory`, or one that is named by the time; of several runs of one name the
   * later ones are `name-2` and so on, also where they are made at the same time.
   * @throws AdjointError `FILE_UNWRITABLE`
   */
  static make(directory: string, given?: string): RunFolder {
    const name = given ?? timeName();
    if (!isRunName(name))
      throw new AdjointError(
        'OPTIONS_INVALID',
        `run: '${name}' is no name of a folder; use letters, digits, '-', '_' and '.', and begin with none of the latter.`,
      );
    return writing(join(directory, name), () => {
      makeDirectory(directory);
      for (let number = 1; ; number++) {
        const own = number === 1 ? name : `${name}-${number}`;
        const path = join(realpathSync(directory), own);
        try {
          mkdirSync(path);
          return new RunFolder(path, own, given ?? own);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        }
      }
    });
  }

  writeMetadata(metadata: Omit<RunMetadata, 'format' | 'name' | 'group'>): void {
    this.#write(runFiles.metadata, { format: 'adjoint/run/1', name: this.name, group: this.group, ...metadata });
  }

  writeExamples(examples: ExamplesFile): void {
    this.#write(runFiles.examples, examples);
  }

  /** As a whole or not at all: others read while this is written. */
  #write(file: string, content: object): void {
    const path = join(this.path, file);
    writing(path, () => {
      writeFileSync(`${path}.new`, `${JSON.stringify(content, null, 1)}\n`);
      renameSync(`${path}.new`, path);
    });
  }
}

/** Whether a name may be that of the folder of a run. */
export function isRunName(name: string): boolean {
  return /^\w[\w.-]{0,199}$/.test(name);
}

/** The present time as a name: `2026-12-01_12-30-05`. */
function timeName(now = new Date()): string {
  return now.toISOString().slice(0, 19).replace('T', '_').replaceAll(':', '-');
}
