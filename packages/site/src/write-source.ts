import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isolation } from './serve.js';
import { readPages, type Page } from './pages/pages.js';
import { sidebarOf, type SidebarSection } from './pages/sidebar.js';
import { addressOf, forSite, isImage } from './pages/site-links.js';
import { startPage } from './pages/start-page.js';

interface Manifest {
  readonly description: string;
  readonly repository: { readonly url: string };
}

/** Writes everything that VitePress reads but the reference of the API, which is in `folder/api` already. */
export function writeSource(root: string, folder: string): void {
  const { description, repository } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
  const address = addressOf(repository.url);
  const pages = readPages(root);
  for (const page of pages) {
    const text = forSite(page, pages, root, address);
    write(join(folder, page.path), page.path === 'index.md' ? startPage(text, address) : text);
  }
  for (const name of readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter(isImage)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    copyFileSync(join(root, 'docs', name), join(folder, name));
  }
  const playground = readFileSync(new URL('../../pages/playground.md', import.meta.url), 'utf8');
  write(join(folder, 'playground.md'), playground);
  const titled = (path: string, title: string): Pick<Page, 'path' | 'title'> => ({ path, title });
  const all = [...pages, titled('playground.md', 'Playground'), titled('api/index.md', 'API')].map((page) =>
    page.path === 'index.md' ? { ...page, title: 'Adjoint' } : page,
  );
  const sidebar = { '/api/': apiSidebar(join(folder, 'api')), '/': sidebarOf(all) };
  const nav = [
    { text: 'Guide', link: '/training' },
    { text: 'Playground', link: '/playground' },
    { text: 'Plugins', link: '/plugins' },
    { text: 'Reference', link: '/reference/' },
    { text: 'API', link: '/api/' },
  ];
  write(join(folder, 'site.json'), JSON.stringify({ description, address, nav, sidebar }));
}

/** What the site serves as it is: the digits, and the headers that give a page threads where the host reads this file. */
export function writeAssets(folder: string): void {
  const digits = fileURLToPath(import.meta.resolve('@adjoint/data/assets/digits/digits.csv'));
  mkdirSync(join(folder, 'public'), { recursive: true });
  copyFileSync(digits, join(folder, 'public/digits.csv'));
  const headers = ['/*', ...Object.entries(isolation).map(([name, value]) => `  ${name}: ${value}`)];
  writeFileSync(join(folder, 'public/_headers'), `${headers.join('\n')}\n`);
  // GitHub Pages would leave out files whose names begin with an underscore.
  writeFileSync(join(folder, 'public/.nojekyll'), '');
}

/** A line for each entry point, first those of `adjoint`, which most programs import. */
function apiSidebar(folder: string): SidebarSection[] {
  const items = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('/index.md') && !name.includes('/namespaces/'))
    .map((name) => name.replace(/\/index\.md$/, ''))
    .sort((a, b) => Number(a.startsWith('@')) - Number(b.startsWith('@')) || (a < b ? -1 : 1))
    .map((name) => ({ text: name, link: `/api/${name}/` }));
  return [{ text: 'API', items }];
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
