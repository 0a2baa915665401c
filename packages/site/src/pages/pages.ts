import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { headings } from '../markdown/text.js';

/** A page of the site that a file of the repository is the source of. */
export interface Page {
  /** The file, seen from the root of the repository: `docs/reference/README.md`. */
  readonly source: string;
  /** Its place in the site's source: `reference/index.md`. */
  readonly path: string;
  readonly title: string;
  readonly markdown: string;
}

/** The start page, which is the README, and every page of `docs`. `root` is the folder of the repository. */
export function readPages(root: string): Page[] {
  const names = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.md'))
    .sort();
  return ['README.md', ...names.map((name) => `docs/${name}`)].map((source) => {
    const markdown = readFileSync(join(root, source), 'utf8');
    return { source, path: pathOf(source), title: headings(markdown)[0]?.text ?? source, markdown };
  });
}

/** A folder's README is what its address shows. */
function pathOf(source: string): string {
  return source.replace(/^docs\//, '').replace(/(^|\/)README\.md$/, '$1index.md');
}
