import type { Definition } from '@adjoint/core';
import { definitionLines, docComment, optionLines } from './doc-comment.js';

/**
 * Declarations of a module with comments on the definitions that it exports and on their options, where the compiler has
 * written the options out:
 *
 *     export declare const adam: …Definition<"optimizer", …ObjectSchema<{
 *         beta1: …;
 *
 * or in an interface of the same file, and where they are exported on, since what a catalogue takes its names from is such a list. What has a comment keeps it. Options that are an interface of their own have theirs there.
 */
export function annotateDeclarations(text: string, definitions: ReadonlyMap<string, Definition>): string {
  let annotated = text;
  for (const [name, definition] of definitions) {
    // The compiler indents by four; a declaration ends at the first line that closes it.
    const declaration = new RegExp(
      `(/\\*\\*(?:[^*]|\\*(?!/))*\\*/\\n)?^(export declare const ${escape(name)}: (?:.*;$|[^]*?^\\}.*;$))`,
      'm',
    );
    let options: string | undefined;
    annotated = annotated.replace(declaration, (_, comment: string | undefined, found: string) => {
      [, options] = /^.*\bSchema<(\w+)/.exec(found) ?? [];
      const lines = withComment(comment, definitionLines(definition));
      return `${lines.length > 0 ? docComment(lines, '') : ''}${annotateFields(found, optionLines(definition))}`;
    });
    if (options !== undefined)
      annotated = annotated.replace(new RegExp(`^(?:export )?interface ${options} [^]*?^\\}$`, 'm'), (found) =>
        annotateFields(found, optionLines(definition)),
      );
  }
  return annotated.replace(/^export \{([^}]*)\}( from .*)$/gm, (list, names: string, from: string) => {
    const specifiers = names.split(',').map((specifier) => specifier.replace(/\/\*\*[^]*?\*\//, '').trim());
    const commented = specifiers.filter(Boolean).map((specifier) => {
      const definition = definitions.get(specifier.split(' as ').at(-1) ?? '');
      const lines = definition ? definitionLines(definition) : [];
      return `${lines.length > 0 ? docComment(lines, '    ') : ''}    ${specifier},\n`;
    });
    return commented.some((each) => each.includes('/**')) ? `export {\n${commented.join('')}}${from}` : list;
  });
}

/** The lines of a comment, and after them those that it does not say already. */
function withComment(comment: string | undefined, lines: readonly string[]): readonly string[] {
  if (comment === undefined) return lines;
  const own = comment
    .replace(/^\/\*\*\s?|\s*\*\/\s*$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''));
  const said = own.join(' ').trim();
  const more = lines.filter((line) => line !== '' && !said.includes(line));
  return [...own, ...more.flatMap((line) => ['', line])];
}

function annotateFields(declaration: string, options: ReadonlyMap<string, readonly string[]>): string {
  return declaration.replace(
    /^( {4})(?:readonly )?['"]?([\w$-]+)['"]?\??: /gm,
    (field, indentation: string, name: string, offset: number, whole: string) => {
      const lines = options.get(name);
      const isSilent = !/\*\/\s*$/.test(whole.slice(0, offset));
      return lines && isSilent ? `${docComment(lines, indentation)}${field}` : field;
    },
  );
}

function escape(name: string): string {
  return name.replaceAll('$', '\\$');
}
