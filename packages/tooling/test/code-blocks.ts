/** A fenced code block of a Markdown text. */
export interface CodeBlock {
  readonly language: string;
  /** What follows the language in the info string. */
  readonly flags: readonly string[];
  readonly code: string;
  /** The line of the document, from 1, on which the code starts. */
  readonly line: number;
}

/** The fenced code blocks of a Markdown text, freed of the indentation that they have inside a list. */
export function codeBlocks(markdown: string): CodeBlock[] {
  const fence = /^([ \t]*)(`{3,}|~{3,})([^\n`]*)\n(.*?)^[ \t]*\2[ \t]*$/gms;
  return [...markdown.matchAll(fence)].map(({ index, 1: indentation, 3: information, 4: code }) => {
    const [language = '', ...flags] = information!.trim().split(/\s+/);
    const lines = code!
      .split('\n')
      .map((text) => (text.startsWith(indentation!) ? text.slice(indentation!.length) : text));
    return { language, flags, code: lines.join('\n'), line: markdown.slice(0, index).split('\n').length + 1 };
  });
}
