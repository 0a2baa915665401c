// npm run docs: builds the documentation site into packages/site/dist-site, and with --serve shows it. SITE_BASE says
// where it will be served from.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { builder, installBuilder, runInBuilder } from './builder.js';
import { entriesOf } from './entries.js';
import { serveFolder } from './serve.js';
import { writeAssets, writeSource } from './write-source.js';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const source = join(builder, 'source');

installBuilder();
rmSync(source, { recursive: true, force: true });
runInBuilder('api.mjs', [join(source, 'api'), JSON.stringify(entriesOf(root))]);
writeSource(root, source);
writeAssets(source);
await build({
  entryPoints: [fileURLToPath(new URL('playground/page.js', import.meta.url))],
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  outfile: join(source, 'public/playground.js'),
});
// Fails where a link between pages is dead.
runInBuilder('node_modules/vitepress/bin/vitepress.js', ['build', builder]);

if (process.argv.includes('--serve')) {
  const { address } = await serveFolder(join(root, 'packages/site/dist-site'));
  console.log(`Open ${address}/ in a browser; Ctrl-C ends this.`);
}
