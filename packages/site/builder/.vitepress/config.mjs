// `npm run docs` writes site.json and the pages into ../source before VitePress reads this.
import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitepress';
import { slug } from '../../dist/src/markdown/slug.js';

const site = JSON.parse(readFileSync(new URL('../source/site.json', import.meta.url), 'utf8'));

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><text x="2" y="14" font-size="17">∂</text></svg>`;

export default defineConfig({
  srcDir: 'source',
  outDir: '../dist-site',
  // Where the site is served, with a slash at both ends, such as /adjoint/.
  base: process.env.SITE_BASE ?? '/',
  title: 'Adjoint',
  description: site.description,
  head: [['link', { rel: 'icon', href: `data:image/svg+xml,${encodeURIComponent(icon)}` }]],
  // The list of all pages in a file of its own, not in each of them.
  metaChunk: true,
  markdown: {
    anchor: { slugify: slug },
    // Indented code scrolls and is copied as fenced code is.
    config: ({ renderer: { rules } }) => (rules.code_block = rules.fence),
  },
  vite: { build: { chunkSizeWarningLimit: 4000 } },
  themeConfig: {
    nav: site.nav,
    sidebar: site.sidebar,
    outline: [2, 3],
    search: {
      provider: 'local',
      // The guide before the API, which has a page for every name.
      options: { miniSearch: { searchOptions: { boostDocument: (id) => (id.includes('/api/') ? 0.2 : 1) } } },
    },
    socialLinks: [{ icon: 'github', link: site.address }],
  },
});
