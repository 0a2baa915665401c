import { AdjointError } from '@adjoint/core';
import { createHash, randomUUID } from 'node:crypto';
import { lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { CCompiler } from './c-compiler.js';

/** Where libraries are kept if the user says nothing else: $XDG_CACHE_HOME/adjoint/native, or that of ~/.cache. */
export function defaultCacheDirectory(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'adjoint', 'native');
}

/** Compiled libraries on disk, by a hash of what they were made of. */
export class LibraryCache {
  #checked: Promise<void> | undefined;
  /** Runs of the compiler so far. */
  compilations = 0;

  constructor(
    readonly directory: string,
    readonly compiler: CCompiler,
  ) {}

  /**
   * The path of the library of a source, compiled now if it was not before. An entry is written under another name and
   * renamed, so that nobody sees half of it. Beside it are its C, and its hash, which is compared before it is loaded.
   * @throws AdjointError `BACKEND_MISSING` if the directory cannot be trusted.
   */
  async library(source: string): Promise<string> {
    await (this.#checked ??= this.#checkDirectory());
    const key = createHash('sha256')
      .update(`${this.compiler.fingerprint}\n${codeOf(source)}`)
      .digest('hex');
    const stem = join(this.directory, key);
    const path = `${stem}.so`;
    if (await isWhole(path)) return path;
    const temporary = `${stem}.${randomUUID()}`;
    try {
      this.compilations++;
      await writeFile(`${temporary}.c`, source, { mode: 0o600 });
      await rename(`${temporary}.c`, `${stem}.c`);
      await this.compiler.compile(`${stem}.c`, temporary);
      await writeFile(`${temporary}.sha256`, hashOf(await readFile(temporary)), { mode: 0o600 });
      // The library first: an entry without its hash is not used.
      await rename(temporary, path);
      await rename(`${temporary}.sha256`, `${path}.sha256`);
    } finally {
      for (const suffix of ['', '.c', '.sha256']) await rm(`${temporary}${suffix}`, { force: true });
    }
    return path;
  }

  /** Code is loaded from here, so nobody else may be able to write here. */
  async #checkDirectory(): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const status = await lstat(this.directory);
    const isOwn = process.getuid === undefined || status.uid === process.getuid();
    const isClosed = process.platform === 'win32' || (status.mode & 0o022) === 0;
    if (status.isDirectory() && isOwn && isClosed) return;
    throw new AdjointError(
      'BACKEND_MISSING',
      `The native backend loads code from ${this.directory}, so that must be a directory that belongs to you and that nobody else can write; change its owner or mode (chmod 700), or name another one with the option cacheDirectory.`,
    );
  }
}

/** A source without its comment lines, which say what the code is for and differ where the code does not. */
function codeOf(source: string): string {
  return source.replaceAll(/^\/\/.*\n/gm, '');
}

async function isWhole(path: string): Promise<boolean> {
  try {
    const [library, hash] = await Promise.all([readFile(path), readFile(`${path}.sha256`, 'utf8')]);
    return hashOf(library) === hash;
  } catch {
    return false;
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
