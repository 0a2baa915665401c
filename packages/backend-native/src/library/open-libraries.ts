import { defaultCompiler, findCompiler } from './c-compiler.js';
import { defaultCacheDirectory, openCacheDirectory } from './cache-directory.js';
import { chooseFlags } from './choose-flags.js';
import { foreignFunctions } from './foreign-functions.js';
import { LibraryCache } from './library-cache.js';

export interface LibraryOptions {
  /** The C compiler's command, which may have flags: the variable CC, or cc, if not given. */
  readonly compiler?: string | undefined;
  /** Where compiled code is kept, an absolute path; only the user may be able to write there. */
  readonly cacheDirectory?: string | undefined;
}

/**
 * The libraries of a compiler in a directory.
 * @throws AdjointError `BACKEND_MISSING` without addons, or a C compiler that computes right values.
 */
export function openLibraries({ compiler, cacheDirectory }: LibraryOptions = {}): LibraryCache {
  foreignFunctions();
  const found = findCompiler(compiler ?? defaultCompiler());
  const directory = openCacheDirectory(cacheDirectory ?? defaultCacheDirectory());
  return new LibraryCache(directory, chooseFlags(found, directory));
}
