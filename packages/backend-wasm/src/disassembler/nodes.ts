/** A parenthesised expression of the text format. */
export interface Node {
  readonly head: string;
  readonly items: readonly Node[];
  /** Items from this one on have lines of their own, however short they are. */
  readonly linesFrom?: number;
}

/** Columns that a line may fill. */
const width = 120;

/** The text of a node that stands `indent` columns from the left: on one line if that is short enough. */
export function format({ head, items, linesFrom = items.length }: Node, indent = 0): string {
  const start = [head, ...items.slice(0, linesFrom).map(onOneLine)].join(' ');
  const isShort = indent + start.length + 2 <= width;
  const below = (isShort ? items.slice(linesFrom) : items).map(
    (item) => `\n${' '.repeat(indent + 2)}${format(item, indent + 2)}`,
  );
  return `(${isShort ? start : head}${below.join('')})`;
}

function onOneLine({ head, items }: Node): string {
  return `(${[head, ...items.map(onOneLine)].join(' ')})`;
}
