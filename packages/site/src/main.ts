// npm run docs: builds the documentation site into packages/site/dist-site, and with --serve shows it. SITE_BASE says
// where it is served from, with a slash at both ends: /adjoint/.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPlayground } from './build-playground.js';
import { builder, installBuilder, runInBuilder } from './builder.js';
import { entriesOf } from './entries.js';
import { serveFolder } from './serve.js';
import { writeAssets, writeSource } from './write-source.js';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const source = join(builder, 'source');
const base = process.env['SITE_BASE'] ?? '/';
if (!/^\/([^/]+\/)*$/.test(base))
  throw new Error(`SITE_BASE is ${base}; give it a slash at both ends, such as /adjoint/.`);

installBuilder();
rmSync(source, { recursive: true, force: true });
runInBuilder('api.mjs', [join(source, 'api'), JSON.stringify(entriesOf(root))]);
writeSource(root, source);
writeAssets(source);
await buildPlayground(join(source, 'public/playground-program'));
// Fails where a link between pages is dead.
runInBuilder('node_modules/vitepress/bin/vitepress.js', ['build', builder]);

if (process.argv.includes('--serve')) {
  const { address } = await serveFolder(join(root, 'packages/site/dist-site'), { base });
  console.log(`Open ${address} in a browser; Ctrl-C ends this.`);
}
