import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { AdjointError } from '@adjoint/core';
import { valueText } from '@adjoint/core/options';
import { OutputFile, runFiles, type ExamplesFile, type RunMetadata } from '@adjoint/loggers/node';
import { RunData } from '../view/run-data.js';
import { reportHtml } from './report-html.js';

/** A run as its folder has it. */
export interface SavedRun {
  readonly data: RunData;
  readonly examples: ExamplesFile | undefined;
}

/**
 * Reads the folder of a run.
 * @throws AdjointError `FILE_UNREADABLE` where there is none; `FILE_INVALID` for a folder that is not that of a run
 */
export async function readRun(folder: string): Promise<SavedRun> {
  if (typeof folder !== 'string')
    throw new AdjointError('OPTIONS_INVALID', `readRun: found ${valueText(folder)}; name the folder of a run.`);
  const read = (file: keyof typeof runFiles): Promise<string> => readFile(join(folder, runFiles[file]), 'utf8');
  let metadata: string;
  let events: string;
  try {
    [metadata, events] = await Promise.all([read('metadata'), read('events')]);
  } catch (cause) {
    throw new AdjointError(
      'FILE_UNREADABLE',
      `${folder}: no run can be read (${(cause as Error).message}); name the folder of one run, which the loggers 'run' or 'dashboard' have written.`,
      { cause },
    );
  }
  const examples = await read('examples').catch(() => undefined);
  try {
    const parsed = JSON.parse(metadata) as RunMetadata;
    if (parsed.format !== 'adjoint/run/1') throw new Error(`its format is ${String(parsed.format)}`);
    // The folder may have got another name.
    const data = new RunData({ ...parsed, name: basename(resolve(folder)) }).add(events);
    return { data, examples: examples === undefined ? undefined : (JSON.parse(examples) as ExamplesFile) };
  } catch (cause) {
    throw new AdjointError(
      'FILE_INVALID',
      `${folder}: ${runFiles.metadata} is not that of a run of this version (${(cause as Error).message}).`,
      { cause },
    );
  }
}

/**
 * Writes one HTML file that shows a run, or several to compare, and needs no network: the charts of the dashboard as SVG.
 * @throws AdjointError `FILE_UNREADABLE` or `FILE_INVALID` for what is no run, `FILE_UNWRITABLE` for the file
 */
export async function writeReport(runs: string | readonly string[], file: string): Promise<void> {
  const folders = typeof runs === 'string' ? [runs] : runs;
  if (!Array.isArray(folders) || folders.length === 0 || folders.some((folder) => typeof folder !== 'string'))
    throw new AdjointError(
      'OPTIONS_INVALID',
      'writeReport: there is no run; name the folder of one, or a list of them.',
    );
  const saved = await Promise.all(folders.map(readRun));
  new OutputFile(resolve(dirname(file), basename(file))).replace(reportHtml(saved));
}
