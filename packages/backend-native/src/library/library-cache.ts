import { AdjointError, isAdjointError } from '@adjoint/core';
import type koffi from 'koffi';
import { createHash, randomUUID } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CCompiler } from './c-compiler.js';
import { messageOf, temporaryDirectory } from './cache-directory.js';
import { foreignFunctions } from './foreign-functions.js';
import { prune } from './prune.js';

export type Library = ReturnType<typeof koffi.load>;

/** Most bytes that are kept; about a thousand libraries with their C. */
const keptBytes = 256 << 20;
/** Compilations from one pruning to the next. */
const pruningInterval = 100;

/** Compiled libraries on disk, by a hash of what they were made of. */
export class LibraryCache {
  #directory: string;
  /** Runs of the compiler so far. */
  compilations = 0;

  constructor(
    directory: string,
    readonly compiler: CCompiler,
    readonly maxBytes = keptBytes,
  ) {
    this.#directory = directory;
  }

  /** Where libraries are kept; a temporary directory once it turned out that they cannot be kept where they should. */
  get directory(): string {
    return this.#directory;
  }

  /**
   * The library of a source, compiled now if it was not before, or if what is kept does not load.
   * @throws AdjointError `INTERNAL` if the compiler fails; `BACKEND_MISSING` if what it makes cannot be loaded.
   */
  async load(source: string): Promise<Library> {
    limitSpinning();
    let failure: unknown;
    // What was kept may be damaged; and from some places nothing may be loaded.
    for (const next of ['compile again', 'compile elsewhere', 'give up'] as const) {
      const path = await this.#find(source);
      try {
        return foreignFunctions().load(path);
      } catch (error) {
        failure = error;
      }
      await rm(path, { force: true });
      if (next === 'compile elsewhere') this.#leave('what is compiled there does not load', failure);
    }
    throw new AdjointError(
      'BACKEND_MISSING',
      `A library that '${this.compiler.command}' has compiled does not load: ${messageOf(failure)}.`,
      { cause: failure },
    );
  }

  /** The path of the library of a source, compiled now if it was not before. */
  async #find(source: string): Promise<string> {
    const key = hashOf(`${this.compiler.fingerprint}\n${codeOf(source)}`);
    const path = join(this.#directory, `${key}.so`);
    if (await isWhole(path)) return path;
    try {
      return await this.#compile(key, source);
    } catch (error) {
      if (isAdjointError(error)) throw error;
      // The disk may be full, for one.
      this.#leave('nothing can be written there', error);
      return this.#compile(key, source);
    }
  }

  /** Goes on in a temporary directory. */
  #leave(problem: string, error: unknown): void {
    this.#directory = temporaryDirectory(this.#directory, `${problem} (${messageOf(error)})`);
  }

  /**
   * Compiles a source to the library `key`.so. It is written under another name and renamed, so that nobody sees half of
   * it. Beside it are its C, and its hash, without which it is not used.
   */
  async #compile(key: string, source: string): Promise<string> {
    const stem = join(this.#directory, key);
    const work = await mkdtemp(join(tmpdir(), 'adjoint-native-'));
    const temporary = `${stem}.${randomUUID()}`;
    const store = async (path: string, write: (to: string) => Promise<void>): Promise<void> => {
      await write(temporary);
      await rename(temporary, path);
    };
    try {
      await store(`${stem}.c`, (to) => writeFile(to, source, { mode: 0o600 }));
      this.compilations++;
      await this.compiler.compile(`${stem}.c`, join(work, 'library'));
      const library = await readFile(join(work, 'library'));
      await store(`${stem}.so`, (to) => copyFile(join(work, 'library'), to));
      await store(`${stem}.so.sha256`, (to) => writeFile(to, hashOf(library), { mode: 0o600 }));
    } finally {
      await rm(temporary, { force: true });
      await rm(work, { recursive: true, force: true });
    }
    if (this.compilations % pruningInterval === 1) await prune(this.#directory, this.maxBytes).catch(() => undefined);
    return `${stem}.so`;
  }
}

/** A source without its comment lines, which say what the code is for and differ where the code does not. */
function codeOf(source: string): string {
  return source.replaceAll(/^\/\/.*\n/gm, '');
}

/** Whether a library is there as it was written; if so, it counts as used now. */
async function isWhole(path: string): Promise<boolean> {
  try {
    const [library, hash] = await Promise.all([readFile(path), readFile(`${path}.sha256`, 'utf8')]);
    if (hashOf(library) !== hash) return false;
    const now = new Date();
    await utimes(path, now, now);
    return true;
  } catch {
    return false;
  }
}

function hashOf(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * Lets threads that wait for each other sleep after some ten microseconds, unless the user has said otherwise. GNU's
 * OpenMP would let them spin for milliseconds, which on a busy machine keeps the one that they wait for from running. It
 * reads the variable when it is loaded.
 */
function limitSpinning(): void {
  if (process.env['OMP_WAIT_POLICY'] === undefined) process.env['GOMP_SPINCOUNT'] ??= '10000';
}
