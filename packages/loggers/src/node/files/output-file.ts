import { appendFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { AdjointError } from '@adjoint/core';

/** A file that a logger writes; its folders are made. */
export class OutputFile {
  /** Makes sure that the file can be written: what cannot be is better known before training. @throws AdjointError `FILE_UNWRITABLE` */
  constructor(readonly path: string) {
    writing(path, () => {
      makeDirectory(dirname(path));
      appendFileSync(path, '');
    });
  }

  append(content: string | Uint8Array): void {
    writing(this.path, () => appendFileSync(this.path, content));
  }

  /** All that it holds, as text. */
  read(): string {
    return writing(this.path, () => readFileSync(this.path, 'utf8'));
  }

  /** Puts other content in the place of all that it holds. */
  replace(content: string): void {
    writing(this.path, () => writeFileSync(this.path, content));
  }
}

/**
 * Makes a folder with those above it. Not by `recursive` of mkdir, which never returns where the system answers that a
 * parent is missing that is there (/proc).
 */
export function makeDirectory(path: string): void {
  const above = dirname(path);
  if (above !== path && !exists(above)) makeDirectory(above);
  try {
    mkdirSync(path);
  } catch (error) {
    // Somebody else may have made it in between; a file at its place is no folder.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** @throws AdjointError `FILE_UNWRITABLE` */
export function writing<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new AdjointError(
      'FILE_UNWRITABLE',
      `${path}: cannot be written (${(cause as Error).message}); check its folder, its permissions and the space on the disk.`,
      { cause },
    );
  }
}
