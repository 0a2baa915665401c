// Writes `dist/types` of a package: its declarations as they are published. What definitions say of themselves becomes
// comments, which editors show, and members that are marked @internal are left out, so that they do not complete.
import { annotateDeclarations, definitionsOf } from '../../adjoint/dist/src/cli/annotate/index.js';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export async function writeDeclarations(directory) {
  const [source, target] = [join(directory, 'dist/src'), join(directory, 'dist/types')];
  rmSync(target, { recursive: true, force: true });
  cpSync(source, target, { recursive: true, filter: (path) => !/\.(js|map)$/.test(path) });
  for (const file of readdirSync(target, { recursive: true })) {
    if (!file.endsWith('.d.ts')) continue;
    const text = readFileSync(join(target, file), 'utf8');
    writeFileSync(join(target, file), withoutInternals(await annotated(text, join(source, file))));
  }
}

/** Declarations with comments on definitions and their options. */
export async function annotated(text, file) {
  return annotateDeclarations(text, await definitionsOf(text, resolve(file.replace(/\.d\.ts$/, '.js'))));
}

/** A constructor stays, as one that nobody else can call. */
export function withoutInternals(text) {
  return text
    .replace(
      /^( +)\/\*\*(?:(?!\*\/)[^])*?@internal(?:(?!\*\/)[^])*?\*\/\n\1((?:.*\n(?=\1 |\1\}))*.*;\n)/gm,
      (_, indentation, member) => (member.startsWith('constructor(') ? `${indentation}private constructor();\n` : ''),
    )
    .replace(/^\/\/# sourceMappingURL=.*\n?/m, '');
}
