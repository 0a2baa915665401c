import { access, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AdjointError } from '@adjoint/core';
import { checkRunConfig } from './check-run-config.js';
import type { RunConfig } from '../run-config.js';

/**
 * Reads the configuration of a run: JSON, or the default export of a module in JavaScript or TypeScript.
 * @throws AdjointError `FILE_UNREADABLE`, `FILE_INVALID` or `OPTIONS_INVALID`
 */
export async function loadRunConfig(path: string): Promise<RunConfig> {
  return checkRunConfig(path.endsWith('.json') ? await readJson(path) : await importDefault(path), path);
}

export async function readJson(path: string): Promise<unknown> {
  return parseJson(await readFile(path, 'utf8').catch((cause: unknown) => unreadable(path, cause)), path);
}

export function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AdjointError('FILE_INVALID', `${source}: is no JSON (${(cause as Error).message}).`, { cause });
  }
}

async function importDefault(path: string): Promise<unknown> {
  const file = resolve(path);
  await access(file).catch((cause: unknown) => unreadable(path, cause));
  if (!/\.[cm]?[jt]s$/.test(file))
    throw new AdjointError('FILE_INVALID', `${path}: is no configuration; name a file that ends in .json, .ts or .js.`);
  // Not every Node takes TypeScript; jiti also follows imports between files of a project.
  const { createJiti } = await import('jiti');
  try {
    const { default: config } = /\.[cm]?ts$/.test(file)
      ? await createJiti(import.meta.url).import<{ default?: unknown }>(file)
      : ((await import(pathToFileURL(file).href)) as { default?: unknown });
    if (config !== undefined) return config;
  } catch (cause) {
    throw new AdjointError('FILE_UNREADABLE', `${path}: cannot be loaded: ${(cause as Error).message}`, { cause });
  }
  throw new AdjointError('FILE_INVALID', `${path}: has no default export; write export default defineRun({ … }).`);
}

function unreadable(path: string, cause: unknown): never {
  throw new AdjointError('FILE_UNREADABLE', `${path}: cannot be read (${(cause as Error).message}).`, { cause });
}
