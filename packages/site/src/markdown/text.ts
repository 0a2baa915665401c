/** A Markdown text in which code is blanked, place for place: what is left holds links and headings alone. */
export function withoutCode(markdown: string): string {
  const blank = (code: string): string => code.replaceAll(/[^\n]/g, ' ');
  return markdown
    .replaceAll(/^[ \t]*(`{3,}|~{3,})[^\n]*\n.*?^[ \t]*\1[ \t]*$/gms, blank)
    .replaceAll(/(`+)(?!`).+?(?<!`)\1(?!`)/g, blank)
    .replaceAll(/<!--.*?-->/gs, blank);
}

/** The headings of a Markdown text as a reader sees them, without marks. */
export function headings(markdown: string): { readonly level: number; readonly text: string }[] {
  const lines = markdown.split('\n');
  const plain = withoutCode(markdown).split('\n');
  return lines.flatMap((line, i) => {
    const [, marks, text] = /^(#{1,6})\s+(.+?)\s*#*$/.exec(line) ?? [];
    // A comment of a shell program looks like a heading, but its line is code.
    return marks && text && plain[i]?.startsWith('#') ? [{ level: marks.length, text: plainText(text) }] : [];
  });
}

function plainText(text: string): string {
  return text
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/(\*\*|\*|`)(.+?)\1/g, '$2')
    .replaceAll(/\\(\W)/g, '$1');
}
