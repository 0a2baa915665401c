import { AdjointError } from '@adjoint/core';
import { accessSync, constants, existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

/** Where compiled code is kept if the user says nothing else: $XDG_CACHE_HOME/adjoint/native, or that of ~/.cache. */
export function defaultCacheDirectory(): string {
  // A relative path would mean another place in each directory, where others may have put code.
  const bases = [process.env['XDG_CACHE_HOME'] ?? '', join(homedir(), '.cache')];
  return join(bases.find(isAbsolute) ?? bases[1]!, 'adjoint', 'native');
}

/** The directory, made if it is not there; or a temporary one, with a warning, if code must not or cannot be kept there. */
export function openCacheDirectory(path: string): string {
  const problem = problemOf(path);
  return problem === undefined ? path : temporaryDirectory(path, problem);
}

let temporary: string | undefined;

/**
 * A directory of this process alone, which goes when the process ends. Warns that it is used in place of `path`.
 * @throws AdjointError `BACKEND_MISSING` if it cannot be made.
 */
export function temporaryDirectory(path: string, problem: string): string {
  const reason = `The native backend keeps no compiled code in ${path}: ${problem}. Name another directory with the option cacheDirectory.`;
  try {
    temporary ??= makeTemporary();
  } catch (error) {
    const message = `${reason} A temporary one cannot be made either: ${messageOf(error)}.`;
    throw new AdjointError('BACKEND_MISSING', message, { cause: error });
  }
  console.warn(`${reason} This process compiles into ${temporary}.`);
  return temporary;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function makeTemporary(): string {
  const path = mkdtempSync(join(tmpdir(), 'adjoint-native-'));
  process.once('exit', () => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Why code must not or cannot be kept in a directory: whoever can write there can make this process run anything. */
function problemOf(path: string): string | undefined {
  if (!isAbsolute(path)) return 'it is not an absolute path';
  try {
    makeDirectory(path);
    const status = lstatSync(path);
    if (!status.isDirectory()) return 'it is not a directory';
    if (process.getuid !== undefined && status.uid !== process.getuid()) return 'it belongs to another user';
    if (process.platform !== 'win32' && (status.mode & 0o022) !== 0)
      return 'other users can write there (chmod 700 would change that)';
    accessSync(path, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/**
 * Not by `recursive` of mkdir, which never returns where the system answers that a parent is missing that is there
 * (/proc). `path` is absolute, so that this ends at the root.
 */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it in between.
    if (!existsSync(path)) throw error;
  }
}
