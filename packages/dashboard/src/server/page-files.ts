import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../package-root.js';

/** A file of the page. */
export interface PageFile {
  readonly type: string;
  readonly content: string | Uint8Array;
}

export interface PageFiles {
  /** By the path of the address. What is not in here is not served. */
  readonly files: ReadonlyMap<string, PageFile>;
  /** Of the import map, for the content security policy. */
  readonly scriptHash: string;
}

/** Beside the sources, since the compiler passes on scripts alone. */
const styleFile = join(root, 'src', 'page', 'style.css');
const script = 'text/javascript; charset=utf-8';

/**
 * The page with all its scripts: the compiled modules as they are, and the libraries' own single files. The browser finds
 * one from the other by an import map, so nothing is bundled and nothing comes from the network.
 */
export async function pageFiles(): Promise<PageFiles> {
  const files = new Map<string, PageFile>();
  for (const folder of ['page', 'view']) await addModules(files, join(root, 'dist', 'src', folder), `/app/${folder}/`);
  const plots = dirname(fileURLToPath(import.meta.resolve('@adjoint/plots/package.json')));
  await addModules(files, join(plots, 'dist', 'src'), '/plots/');
  const plot = fileURLToPath(import.meta.resolve('@observablehq/plot'));
  const d3 = createRequire(plot).resolve('d3');
  files.set('/lib/plot.js', { type: script, content: await readFile(await singleFile(plot)) });
  files.set('/lib/d3.js', { type: script, content: await readFile(await singleFile(d3)) });
  files.set('/lib/plot-module.js', { type: script, content: await moduleOfGlobal() });
  const map = JSON.stringify({
    imports: {
      '@adjoint/plots': '/plots/index.js',
      '#document': '/plots/document/browser.js',
      '@observablehq/plot': '/lib/plot-module.js',
    },
  });
  files.set('/', { type: 'text/html; charset=utf-8', content: html(map) });
  files.set('/style.css', { type: 'text/css; charset=utf-8', content: await readFile(styleFile) });
  return { files, scriptHash: `sha256-${createHash('sha256').update(map).digest('base64')}` };
}

/** Compiled modules of a folder and those below it. */
async function addModules(files: Map<string, PageFile>, folder: string, address: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.js')) continue;
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path).split(sep).join('/');
    files.set(address + name, { type: script, content: await readFile(path) });
  }
}

/** The file of a package that is the whole library as one script, which its manifest names `umd`. */
async function singleFile(entry: string): Promise<string> {
  for (let folder = dirname(entry); ; folder = dirname(folder)) {
    const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
    const umd = text && (JSON.parse(text) as { readonly exports?: { readonly umd?: string } }).exports?.umd;
    if (umd) return join(folder, umd);
    if (folder === dirname(folder)) throw new Error(`${entry}: its package names no single file.`);
  }
}

/** A module with the names of Plot, which the script has left in a global. */
async function moduleOfGlobal(): Promise<string> {
  const names = Object.keys(await import('@observablehq/plot'));
  return `export const { ${names.join(', ')} } = globalThis.Plot;\n`;
}

function html(importMap: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Runs</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
<script type="importmap">${importMap}</script>
<script src="/lib/d3.js" defer></script>
<script src="/lib/plot.js" defer></script>
<script type="module" src="/app/page/main.js"></script>
</head>
<body></body>
</html>
`;
}
