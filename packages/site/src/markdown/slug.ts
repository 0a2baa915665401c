import { headings } from './text.js';

/** The anchor of a heading as GitHub makes it, so that a link holds there and on the site. */
export function slug(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
}

/** The anchors of a Markdown text; those that are there already are counted up: `units`, `units-1`, … */
export function anchors(markdown: string): Set<string> {
  const taken = new Set<string>();
  for (const { text } of headings(markdown)) {
    const base = slug(text);
    let anchor = base;
    for (let count = 1; taken.has(anchor); count++) anchor = `${base}-${count}`;
    taken.add(anchor);
  }
  return taken;
}
