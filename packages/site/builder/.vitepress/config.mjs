// `npm run docs` writes site.json and the pages into ../source before VitePress reads this.
import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitepress';
import { slug } from '../../dist/src/markdown/slug.js';

const site = JSON.parse(readFileSync(new URL('../source/site.json', import.meta.url), 'utf8'));

/** What gives a page shared memory, and so threads; whoever serves the built site sends the same. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><text x="2" y="14" font-size="17">∂</text></svg>`;

export default defineConfig({
  srcDir: 'source',
  outDir: '../dist-site',
  // Where the site is served, with a slash at both ends, such as /adjoint/.
  base: process.env.SITE_BASE ?? '/',
  title: 'Adjoint',
  description: site.description,
  head: [['link', { rel: 'icon', href: `data:image/svg+xml,${encodeURIComponent(icon)}` }]],
  markdown: { anchor: { slugify: slug } },
  vite: { server: { headers }, preview: { headers }, build: { chunkSizeWarningLimit: 4000 } },
  themeConfig: {
    nav: site.nav,
    sidebar: site.sidebar,
    outline: [2, 3],
    search: { provider: 'local' },
    socialLinks: [{ icon: 'github', link: site.address }],
  },
});
