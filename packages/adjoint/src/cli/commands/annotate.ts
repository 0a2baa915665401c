import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AdjointError, isDefinition, type Definition } from '@adjoint/core';
import { annotateDeclarations } from '../annotate/annotate-declarations.js';

/** Writes what a plugin's definitions say of themselves into its compiled declarations, for editors to show. */
export async function annotate(directory: string): Promise<void> {
  const files = (await readdir(directory, { recursive: true }).catch((cause: unknown) => {
    throw new AdjointError('FILE_UNREADABLE', `${directory}: cannot be read (${(cause as Error).message}).`, { cause });
  })) as string[];
  const declared = files.filter((file) => file.endsWith('.d.ts') && files.includes(file.replace(/\.d\.ts$/, '.js')));
  const documented = new Set<Definition>();
  for (const file of declared) {
    const path = join(directory, file);
    const text = await readFile(path, 'utf8');
    // What exports nothing may be a program, and is not loaded.
    if (!/^export (?:declare const \w+: .*\bDefinition<|\{ ?\w)/m.test(text)) continue;
    const definitions = await definitionsOf(resolve(path.replace(/\.d\.ts$/, '.js')));
    const annotated = annotateDeclarations(text, definitions);
    if (annotated !== text) await writeFile(path, annotated);
    for (const definition of definitions.values()) documented.add(definition);
  }
  console.log(`${directory}: ${documented.size} definitions are documented`);
}

async function definitionsOf(path: string): Promise<Map<string, Definition>> {
  const module = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  return new Map(Object.entries(module).filter((entry): entry is [string, Definition] => isDefinition(entry[1])));
}
