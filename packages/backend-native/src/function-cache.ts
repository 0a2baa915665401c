import { KernelCache } from '@adjoint/core/backend';
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

/** A loop program's C, which is the key of its code. */
type Wanted = Omit<SourceFunction, 'name'>;

export type FunctionCache = KernelCache<Wanted, NativeFunction>;

/** Compiled functions of this process. Those that are new are compiled in several source files at the same time. */
export function functionCache(libraries: LibraryCache): FunctionCache {
  return new KernelCache<Wanted, NativeFunction>(
    ({ rendered }) => rendered.text,
    async (missing) => {
      const files = Math.min(missing.length, availableParallelism());
      const compiled = await Promise.all(
        Array.from({ length: files }, (_, file) =>
          compile(
            libraries,
            missing.filter((_one, i) => i % files === file),
          ),
        ),
      );
      return missing.map((_, i) => compiled[i % files]![Math.floor(i / files)]!);
    },
  );
}

async function compile(libraries: LibraryCache, wanted: readonly Wanted[]): Promise<NativeFunction[]> {
  const functions = wanted.map(({ label, rendered }, i) => ({ name: `adjoint_kernel_${i}`, label, rendered }));
  const path = await libraries.library(sourceFile(functions, libraries.compiler.target));
  limitSpinning();
  const library = koffi.load(path);
  return functions.map(({ name }) => library.func(`void ${name}(int64_t, int64_t, void *, void *, int)`));
}

/**
 * Lets threads that wait for each other sleep after some ten microseconds, unless the user has said otherwise. GNU's
 * OpenMP would let them spin for milliseconds, which on a busy machine keeps the one that they wait for from running. It
 * reads the variable when it is loaded.
 */
function limitSpinning(): void {
  if (process.env['OMP_WAIT_POLICY'] === undefined) process.env['GOMP_SPINCOUNT'] ??= '10000';
}
