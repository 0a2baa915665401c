import koffi from 'koffi';
import { availableParallelism } from 'node:os';
import type { LibraryCache } from './library/library-cache.js';
import { sourceFile, type SourceFunction } from './source-file.js';

/** The code of a loop program; see `signature` of render/c-text.ts. */
export type NativeFunction = (
  end: number,
  reductionExtent: number,
  buffers: bigint,
  scratch: bigint,
  threads: number,
) => void;

/** Functions kept for later programs; beyond them the cache starts anew. */
const keptFunctions = 4096;

/** Compiled functions of this process, by their C. */
export class FunctionCache {
  readonly #functions = new Map<string, NativeFunction>();

  constructor(readonly libraries: LibraryCache) {}

  /** The code of functions. Those that are new are compiled in several source files at the same time. */
  async load(wanted: readonly Omit<SourceFunction, 'name'>[]): Promise<NativeFunction[]> {
    if (this.#functions.size > keptFunctions) this.#functions.clear();
    const missing = new Map(wanted.map((one) => [one.rendered.text, one]));
    for (const text of missing.keys()) if (this.#functions.has(text)) missing.delete(text);
    const functions = [...missing.values()].map((one, i) => ({ ...one, index: i }));
    const files = Math.min(functions.length, availableParallelism());
    await Promise.all(
      Array.from({ length: files }, (_, file) =>
        this.#compile(functions.filter(({ index }) => index % files === file)),
      ),
    );
    return wanted.map(({ rendered }) => this.#functions.get(rendered.text)!);
  }

  clear(): void {
    this.#functions.clear();
  }

  async #compile(wanted: readonly Omit<SourceFunction, 'name'>[]): Promise<void> {
    const functions = wanted.map(({ label, rendered }, i) => ({ name: `adjoint_kernel_${i}`, label, rendered }));
    const path = await this.libraries.library(sourceFile(functions, this.libraries.compiler.target));
    limitSpinning();
    const library = koffi.load(path);
    for (const { name, rendered } of functions)
      this.#functions.set(rendered.text, library.func(`void ${name}(int64_t, int64_t, void *, void *, int)`));
  }
}

/**
 * Lets threads that wait for each other sleep after some ten microseconds, unless the user has said otherwise. GNU's
 * OpenMP would let them spin for milliseconds, which on a busy machine keeps the one that they wait for from running. It
 * reads the variable when it is loaded.
 */
function limitSpinning(): void {
  if (process.env['OMP_WAIT_POLICY'] === undefined) process.env['GOMP_SPINCOUNT'] ??= '10000';
}
