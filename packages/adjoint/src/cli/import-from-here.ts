import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AdjointError } from '@adjoint/core';

/** Imports a module by its name or path, as the current directory sees it; undefined where it does not. */
async function importFromHere(specifier: string): Promise<object | undefined> {
  let path: string;
  try {
    path = createRequire(resolve('command.js')).resolve(specifier);
  } catch {
    return undefined;
  }
  return (await import(pathToFileURL(path).href)) as object;
}

/**
 * A module that somebody names.
 * @throws AdjointError `FILE_UNREADABLE`
 */
export async function importNamed(specifier: string): Promise<object> {
  const module = await importFromHere(specifier);
  if (module) return module;
  throw new AdjointError(
    'FILE_UNREADABLE',
    `The module '${specifier}' is not found from ${process.cwd()}; install its package there, or give its path.`,
  );
}

/**
 * A package that a command needs and that `adjoint` does not bring.
 * @throws AdjointError `PACKAGE_MISSING`
 */
export async function importOptional<Module extends object>(name: string): Promise<Module> {
  const module = await importFromHere(name);
  if (module) return module as Module;
  throw new AdjointError('PACKAGE_MISSING', `This needs the package ${name}: npm install ${name}`);
}

declare module '@adjoint/core' {
  interface ErrorCodes {
    /** A command needs a package that is not installed. Install the one that the message names. */
    PACKAGE_MISSING: true;
  }
}
