import { KernelCache } from '@adjoint/core/backend';
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
  const library = await libraries.load(sourceFile(functions, libraries.compiler.target));
  return functions.map(({ name }) => library.func(`void ${name}(int64_t, int64_t, void *, void *, int)`));
}
