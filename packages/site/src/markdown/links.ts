import { withoutCode } from './text.js';

/** Where a link or an image of a Markdown text leads. */
export interface Target {
  readonly target: string;
  /** Of the target in the text. */
  readonly start: number;
}

/** `[text](target)`, `![text](target)`, and `[text]: target` at the beginning of a line. */
const forms = [
  /\]\(\s*<?([^()\s<>]+(?:\([^()\s]*\)[^()\s<>]*)?)/g,
  /^\[[^\]]+\]:\s*<?([^\s<>]+)/gm,
  /(?:href|src)="([^"]+)"/g,
];

/** All links and images of a Markdown text, in order. Code has none. */
export function targets(markdown: string): Target[] {
  const text = withoutCode(markdown);
  return forms
    .flatMap((form) => [...text.matchAll(form)])
    .map(({ 0: whole, 1: target = '', index }) => ({ target, start: index + whole.lastIndexOf(target) }))
    .sort((a, b) => a.start - b.start);
}

/** Whether a target leads to a file here, or to an anchor, rather than to some address. */
export function isRelative(target: string): boolean {
  return !/^([a-z][a-z\d+.-]*:|\/\/)/i.test(target);
}

/** The text with other targets. */
export function retarget(markdown: string, change: (target: string) => string): string {
  let result = '';
  let end = 0;
  for (const { target, start } of targets(markdown)) {
    result += markdown.slice(end, start) + change(target);
    end = start + target.length;
  }
  return result + markdown.slice(end);
}
