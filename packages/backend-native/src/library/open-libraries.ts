import { AdjointError } from '@adjoint/core';
import { defaultCompiler, findCompiler, optimizations } from './c-compiler.js';
import { defaultCacheDirectory, openCacheDirectory } from './cache-directory.js';
import { LibraryCache } from './library-cache.js';

export interface LibraryOptions {
  /** The C compiler's command, which may have flags: the variable CC, or cc, if not given. */
  readonly compiler?: string | undefined;
  /** Where compiled code is kept, an absolute path; only the user may be able to write there. */
  readonly cacheDirectory?: string | undefined;
}

/**
 * The libraries of a compiler in a directory.
 * @throws AdjointError `BACKEND_MISSING` without a C compiler.
 */
export function openLibraries({ compiler, cacheDirectory }: LibraryOptions = {}): LibraryCache {
  const found = findCompiler(compiler ?? defaultCompiler());
  const directory = openCacheDirectory(cacheDirectory ?? defaultCacheDirectory());
  const flagged = found.withFlags(optimizations[0]!);
  if (typeof flagged !== 'string') return new LibraryCache(directory, flagged);
  throw new AdjointError('BACKEND_MISSING', `The native backend needs a C compiler; '${found.command}' ${flagged}.`);
}
