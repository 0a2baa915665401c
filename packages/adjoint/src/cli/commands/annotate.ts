import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AdjointError, type Definition } from '@adjoint/core';
import { annotateDeclarations, definitionsOf } from '../annotate/index.js';

/** Writes what a plugin's definitions say of themselves into its compiled declarations, for editors to show. */
export async function annotate(directory: string): Promise<void> {
  const files = (await readdir(directory, { recursive: true }).catch((cause: unknown) => {
    throw new AdjointError('FILE_UNREADABLE', `${directory}: cannot be read (${(cause as Error).message}).`, { cause });
  })) as string[];
  const documented = new Set<Definition>();
  for (const file of files) {
    const module = file.replace(/\.d\.ts$/, '.js');
    if (module === file || !files.includes(module)) continue;
    const path = join(directory, file);
    const text = await readFile(path, 'utf8');
    const definitions = await definitionsOf(text, resolve(directory, module));
    const annotated = annotateDeclarations(text, definitions);
    if (annotated !== text) await writeFile(path, annotated);
    for (const definition of definitions.values()) documented.add(definition);
  }
  console.log(`${directory}: ${documented.size} definitions are documented`);
}
