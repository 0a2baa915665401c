import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from './projects.js';

export interface Import {
  readonly file: string;
  /** What stands between `import` and `from`. */
  readonly names: string;
  readonly specifier: string;
}

/** Every import and re-export of a package's sources. */
export function importsOf({ directory }: Project): Import[] {
  const folder = `${directory}/src`;
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return names.flatMap((name) => scan(join(folder, name), readFileSync(join(folder, name), 'utf8')));
}

/** The imports of a file's text, in all their forms; comments are left out. */
export function scan(file: string, text: string): Import[] {
  const code = text.replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '');
  const statement = /^\s*(?:import|export)\b([^'"]*?)\bfrom\s*['"]([^'"]+)|\bimport\b(\s*\(?\s*)['"]([^'"]+)/gm;
  return [...code.matchAll(statement)].map((match) => ({
    file,
    names: match[1] ?? match[3]!,
    specifier: match[2] ?? match[4]!,
  }));
}

/** The package of a specifier: '@adjoint/core' of '@adjoint/core/testing'. */
export function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
