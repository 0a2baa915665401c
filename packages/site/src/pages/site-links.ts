import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path/posix';
import { isRelative, retarget } from '../markdown/links.js';
import type { Page } from './pages.js';

/** Where the repository is read, from its manifest's `repository.url`: `https://github.com/adjoint-js/adjoint`. */
export function addressOf(url: string): string {
  return url.replace(/^git\+|\.git$/g, '');
}

/** Whether a file can be shown in a page. */
export function isImage(file: string): boolean {
  return /\.(svg|png|jpe?g|gif|webp|avif)$/i.test(file);
}

/** The text of a page for the site: links to pages and images lead there, links to other files to the repository. */
export function forSite(page: Page, pages: readonly Page[], root: string, address: string): string {
  const pathOf = new Map(pages.map(({ source, path }) => [source, path]));
  return retarget(page.markdown, (target) => {
    if (!isRelative(target) || target.startsWith('#')) return target;
    const [file = '', anchor] = target.split('#');
    const source = join(dirname(page.source), file);
    const image = isImage(source) && source.startsWith('docs/') ? source.slice('docs/'.length) : undefined;
    const path = pathOf.get(source) ?? pathOf.get(join(source, 'README.md')) ?? image;
    const hash = anchor === undefined ? '' : `#${anchor}`;
    if (path === undefined) return `${address}/${kindOf(join(root, source))}/main/${source}${hash}`;
    const way = relative(dirname(page.path), path);
    return `${way.startsWith('.') ? way : `./${way}`}${hash}`;
  });
}

function kindOf(file: string): 'blob' | 'tree' {
  return existsSync(file) && statSync(file).isDirectory() ? 'tree' : 'blob';
}
