import test, { type ExecutionContext } from 'ava';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { hasBrowser, launchBrowser } from '@adjoint/test-browser';
import type { Page } from 'playwright-core';
import { entriesOf } from '../src/entries.js';
import { anchors } from '../src/markdown/slug.js';
import { readPages } from '../src/pages/pages.js';
import { serveFolder } from '../src/serve.js';

// The site as a visitor gets it: built as `npm run docs` does, and opened in a browser.
const site = resolve('packages/site/dist-site');
const inBrowser = hasBrowser ? test.serial : test.serial.skip;

// As at GitHub Pages: below a path, without the headers that isolate a page, unless a test asks for them.
const base = '/adjoint/';
let served: ChildProcess;
let address: string;

test.before('build the site, whose links VitePress checks, and serve it', async (t) => {
  t.timeout(20 * 60_000);
  served = spawn(process.execPath, ['packages/site/dist/src/main.js', '--serve'], {
    env: { ...process.env, SITE_BASE: base },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  address = await new Promise<string>((resolve, reject) => {
    served.stdout!.on('data', (text: Buffer) => {
      output += text.toString();
      const [, found] = /Open (\S+) in a browser/.exec(output) ?? [];
      if (found) resolve(found);
    });
    served.on('exit', (status) => reject(new Error(`npm run docs ended with ${status}: ${output}`)));
  });
});
test.after.always('end the server', () => void served?.kill());

test('every document and every entry point has its page, with the anchors that links name', (t) => {
  for (const { path, markdown } of readPages('.')) {
    const page = readFileSync(join(site, path.replace(/\.md$/, '.html')), 'utf8');
    // The title of the start page has become its head.
    const [title, ...others] = anchors(markdown);
    for (const anchor of path === 'index.md' ? others : [title, ...others])
      t.true(page.includes(`id="${anchor}"`), `${path}#${anchor}`);
  }
  for (const { name } of entriesOf('.')) t.true(existsSync(join(site, 'api', name, 'index.html')), name);
  // A sentence of a doc comment.
  const plan = readFileSync(join(site, 'api/@adjoint/core/interfaces/FitPlan.html'), 'utf8');
  t.regex(plan, /How a run goes through its data; plain JSON/);
});

/** A page of the site, and the errors that it throws or logs, among them files that are not there. */
async function open(t: ExecutionContext, path: string, isolated = true): Promise<{ page: Page; errors: string[] }> {
  const plain = isolated ? undefined : await serveFolder(site, { base, isolated });
  if (plain) t.teardown(plain.close);
  const browser = await launchBrowser();
  t.teardown(() => browser.close());
  const page = await browser.newPage();
  page.setDefaultTimeout(120_000);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('response', (response) => response.ok() || errors.push(`${response.status()} ${response.url()}`));
  await page.goto((plain?.address ?? address) + path);
  return { page, errors };
}

inBrowser('every page of the sidebar is there with its pictures, and fits a telephone', async (t) => {
  t.timeout(10 * 60_000);
  const { page, errors } = await open(t, 'training.html', false);
  const links = await page
    .locator('.VPNav a[href^="/"], .VPSidebar a')
    .evaluateAll((found) => found.map((link) => (link as HTMLAnchorElement).href));
  t.true(links.length > readPages('.').length);
  await page.setViewportSize({ width: 390, height: 800 });
  for (const link of new Set(links)) {
    await page.goto(link);
    t.true(link.includes(base), link);
    const faults = await page.evaluate(() => ({
      isLost: document.querySelector('.NotFound') !== null,
      overflow: Math.max(0, document.documentElement.scrollWidth - innerWidth),
      lost: [...document.images]
        .filter(({ complete, naturalWidth }) => complete && !naturalWidth)
        .map(({ src }) => src),
    }));
    t.deepEqual(faults, { isLost: false, overflow: 0, lost: [] }, link);
  }
  t.deepEqual(errors, []);
  t.true(existsSync(join(site, '.nojekyll')));
  await page.goto(links[0]!.replace(/[^/]*$/, 'no-such-page'));
  await page.locator('.NotFound').waitFor();
});

inBrowser('code can be copied, also where it is indented', async (t) => {
  const { page } = await open(t, 'convolution.html');
  const all = await page.locator('main pre').count();
  t.true(all > 0);
  t.is(await page.locator('main div[class*=language-]:has(button.copy) pre').count(), all);
});

inBrowser('the start page leads to the guide, and the search finds a page', async (t) => {
  const { page, errors } = await open(t, '');
  t.is(await page.locator('.VPHero .name').innerText(), 'Adjoint');
  await page.locator('.VPHero .actions a').first().click();
  await page.waitForURL('**/training.html');
  await page.locator('h1', { hasText: 'Models and training' }).waitFor();
  await page.locator('.VPSidebar a', { hasText: 'Plugins' }).first().click();
  await page.waitForURL('**/plugins.html');
  await page.locator('.VPNavBarSearch button').first().click();
  await page.locator('.VPLocalSearchBox input').fill('dropout');
  const first = page.locator('.VPLocalSearchBox .result').first();
  await first.waitFor();
  // The guide comes before the API.
  t.false((await first.getAttribute('href'))?.includes('/api/'));
  t.deepEqual(errors, []);
});

/** Pixels of all sheets of a part of the playground, as one text. */
function sheets(page: Page, part: string): Promise<string[]> {
  return page
    .locator(`.playground .${part} canvas`)
    .evaluateAll((canvases) => canvases.map((canvas) => (canvas as HTMLCanvasElement).toDataURL()));
}

const reached = (page: Page, step: number): Promise<unknown> =>
  page.waitForFunction(
    (least) => Number(document.querySelector<HTMLElement>('.playground')?.dataset['step']) >= least,
    step,
  );

for (const isolated of [true, false]) {
  const threads = isolated ? 'with threads' : 'on one thread';
  inBrowser(`the playground trains ${threads}, and shows what changes`, async (t) => {
    t.timeout(10 * 60_000);
    const { page, errors } = await open(t, 'playground.html', isolated);
    t.is(await page.evaluate(() => crossOriginIsolated), isolated);
    await reached(page, 0);
    const parts = ['filters', 'activations'];
    const before = await Promise.all(parts.map((part) => sheets(page, part)));
    t.deepEqual(
      before.map(({ length }) => length),
      [4, 4],
    );
    const button = page.locator('.playground .train');
    await button.click();
    await reached(page, 40);
    await button.click();
    const after = await Promise.all(parts.map((part) => sheets(page, part)));
    after.forEach((images, part) =>
      images.forEach((image, i) => t.not(image, before[part]?.[i], `${parts[part]} ${i}`)),
    );
    const status = await page.locator('.playground .status').innerText();
    t.log(status);
    t.regex(status, isolated ? /, \d+ threads?$/ : /, 1 thread$/);

    await button.click();
    // While it trains, the visitor leaves and comes back.
    await page.locator('.VPSidebar a', { hasText: 'Data' }).first().click();
    await page.waitForURL('**/data.html');
    await page.goBack();
    await page.locator('.playground canvas').first().waitFor();
    t.deepEqual(errors, []);
  });
}
