import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { codeBlocks } from '../code-blocks.js';
import { readFileSync } from 'node:fs';

/** The two programs of the recipe, at which its promises are held: a factory's, and a class with decorators. */
export function injectionPrograms(): { readonly factory: string; readonly decorated: string } {
  const [, recipe = ''] = readFileSync('docs/recipes.md', 'utf8').split('\n## Services in classes and factories\n');
  const programs = codeBlocks(recipe).filter(({ language }) => language === 'ts');
  const [factory, decorated] = programs.map(({ code }) => code);
  if (!factory?.includes('factory:') || !decorated?.includes('@injectable()'))
    throw new Error('docs/recipes.md has no program with a factory followed by one with @injectable().');
  return { factory, decorated };
}

/** Writes a program where the packages of the workspace resolve; returns its path. */
export async function writeProgram(name: string, code: string): Promise<string> {
  const folder = resolve('packages/tooling/dist/injection');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), code);
  return join(folder, name);
}

export function removeProgram(path: string): Promise<void> {
  return rm(path, { force: true });
}
