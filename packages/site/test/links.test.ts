import test from 'ava';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { isRelative, retarget, targets } from '../src/markdown/links.js';
import { anchors, slug } from '../src/markdown/slug.js';
import { readPages, type Page } from '../src/pages/pages.js';
import { startPage } from '../src/pages/start-page.js';
import { addressOf, forSite } from '../src/pages/site-links.js';
import { sidebarOf } from '../src/pages/sidebar.js';

const pages = readPages('.');

/** What is wrong with a link of a page, if something is. */
function fault({ source, markdown }: Page, target: string): string | undefined {
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? source : join(dirname(source), decodeURI(file));
  if (file !== '' && !existsSync(path)) return `${source}: there is no ${path}`;
  if (anchor === undefined) return undefined;
  const page = file !== '' && statSync(path).isDirectory() ? join(path, 'README.md') : path;
  const text = page === source ? markdown : pages.find((other) => other.source === page)?.markdown;
  // Lines of a source file are not looked at.
  if (text === undefined || anchors(text).has(decodeURI(anchor))) return undefined;
  return `${source}: ${path} has no heading for #${anchor}`;
}

for (const page of pages) {
  test(`every link and image of ${page.source} leads to something that is there`, (t) => {
    const faults = targets(page.markdown).flatMap(({ target }) =>
      isRelative(target) ? (fault(page, target) ?? []) : [],
    );
    t.deepEqual(faults, []);
  });
}

test('a link to nowhere is found', (t) => {
  const page = { source: 'docs/a.md', path: 'a.md', title: 'A', markdown: '# A\n\n## Two words\n' };
  t.is(fault(page, '#two-words'), undefined);
  t.regex(fault(page, '#three-words') ?? '', /no heading for #three-words/);
  t.regex(fault(page, 'no-such.md') ?? '', /there is no docs\/no-such\.md/);
  t.is(fault(page, 'training.md#saving'), undefined);
  t.regex(fault(page, 'training.md#no-such') ?? '', /no heading/);
});

test('links are found in text, images, definitions and HTML, and not in code', (t) => {
  const markdown = [
    'A [link](a.md), an ![image](b.png "title") and [`code`](c.md#d).',
    '`[none](x.md)`',
    '```md\n[none](y.md)\n```',
    '<!-- [none](z.md) -->',
    '[name]: d_(e).md',
    '<a href="f.md">html</a> [brackets](g_(h).md)',
  ].join('\n');
  const found = targets(markdown).map(({ target }) => target);
  t.deepEqual(found, ['a.md', 'b.png', 'c.md#d', 'd_(e).md', 'f.md', 'g_(h).md']);
  t.is(
    retarget('[a](b.md) `[a](b.md)` [c](d.md)', (target) => `/${target}`),
    '[a](/b.md) `[a](b.md)` [c](/d.md)',
  );
  t.deepEqual(
    ['a.md', '#a', '../a', 'https://a', 'mailto:a@b', '//a'].filter((target) => isRelative(target)),
    ['a.md', '#a', '../a'],
  );
});

test('anchors are those that GitHub makes', (t) => {
  t.is(slug('What is an error, and why'), 'what-is-an-error-and-why');
  t.is(slug('0.1.0, unreleased'), '010-unreleased');
  t.is(slug('Σ w·l / Σ w'), 'σ-wl--σ-w');
  t.is(slug('APP_CLOSED'), 'app_closed');
  const text = '# A `b` *c*\n\n## A b c\n\n```sh\n# no heading\n```\n\n## [Link](x.md) — d\n';
  t.deepEqual([...anchors(text)], ['a-b-c', 'a-b-c-1', 'link--d']);
});

test('every page is in the sidebar, once, under its title', (t) => {
  const items = sidebarOf(pages).flatMap((section) => section.items);
  t.deepEqual(items.map(({ link }) => link).sort(), pages.map(({ path }) => linkOf(path)).sort());
  for (const { text } of items) t.regex(text, /\w/);
  const sections = sidebarOf([...pages, { path: 'new.md', title: 'New' }]);
  t.deepEqual(sections.find(({ text }) => text === 'Guide')?.items.at(-1), { text: 'New', link: '/new' });
});

function linkOf(path: string): string {
  return `/${path.replace(/\.md$/, '').replace(/(^|\/)index$/, '$1')}`;
}

test('on the site, links between pages stay there, and others lead to the repository', (t) => {
  const address = addressOf('git+https://github.com/adjoint-js/adjoint.git');
  const site = (source: string, markdown: string): string =>
    forSite({ source, path: source.replace('docs/', ''), title: '', markdown }, pages, '.', address);
  t.is(site('docs/a.md', '[t](training.md#saving)'), '[t](./training.md#saving)');
  t.is(site('docs/reference/a.md', '[t](../training.md) [r](README.md)'), '[t](../training.md) [r](./index.md)');
  t.is(site('docs/a.md', '[r](reference)'), '[r](./reference/index.md)');
  t.is(
    site('docs/a.md', '[c](../packages/core/package.json) [f](../examples)'),
    `[c](${address}/blob/main/packages/core/package.json) [f](${address}/tree/main/examples)`,
  );
  t.is(site('README.md', '[t](docs/training.md)'), '[t](./training.md)');
  t.is(site('README.md', '![p](docs/images/p.png)'), '![p](./images/p.png)');
  t.is(site('docs/a.md', '![p](b/p.svg) [d](b/p.json)'), `![p](./b/p.svg) [d](${address}/blob/main/docs/b/p.json)`);
  t.is(site('docs/a.md', '[w](https://example.org) [h](#b)'), '[w](https://example.org) [h](#b)');
});

test('the first sentence of the README becomes the head of the start page', (t) => {
  const page = startPage('# Name\n\nIn two\nlines of B.js. And\nmore.\n\n## More\n\nText.\n', 'https://example.org');
  const [, head = '', body] = page.split('---\n');
  const { hero } = JSON.parse(head) as { hero: { name: string; tagline: string } };
  t.deepEqual([hero.name, hero.tagline, body], ['Name', 'In two lines of B.js.', '\nAnd\nmore.\n\n## More\n\nText.\n']);
});
