/** C with each line indented by the blocks and loop heads that are open there, and with a line for each closing bracket. */
export function indented(source: string): string {
  const lines = source
    .split('\n')
    .flatMap((line) => (/^}+$/.test(line) ? [...line] : [line.trim()]))
    .filter((line) => line !== '');
  let depth = 0;
  // Heads of loops and conditions without a bracket, whose statement is on the next line.
  let heads = 0;
  return lines
    .map((line) => {
      const closing = /^}*/.exec(line)![0].length;
      const text = `${'  '.repeat(Math.max(0, depth - closing) + heads)}${line}\n`;
      depth += count(line, '{') - count(line, '}');
      if (/^(?:for|if) .*\)$/.test(line)) heads++;
      else if (!line.startsWith('#')) heads = 0;
      // A blank line after each function.
      return depth === 0 && line.endsWith('}') ? `${text}\n` : text;
    })
    .join('')
    .replace(/\n+$/, '\n');
}

function count(line: string, character: string): number {
  return line.split(character).length - 1;
}
