import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AdjointError } from '@adjoint/core';

/**
 * The address of a module as seen from another one, or from the program itself.
 * @throws AdjointError `FILE_UNREADABLE`
 */
export function resolveModule(specifier: string, from?: string): string {
  if (/^(file|data|node):/.test(specifier)) return specifier;
  const base = from ?? pathToFileURL(process.argv[1] ?? resolve('program.js')).href;
  try {
    return pathToFileURL(createRequire(base).resolve(specifier)).href;
  } catch (cause) {
    throw new AdjointError(
      'FILE_UNREADABLE',
      `The module '${specifier}' is not found from ${base}; install its package there, give its path, or say by 'from' where it is to be looked for (import.meta.url).`,
      { cause },
    );
  }
}
