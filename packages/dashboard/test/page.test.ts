import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { browserPath, hasBrowser, launchBrowser } from '@adjoint/test-browser';
import type { Browser, Page } from 'playwright-core';
import { serveDashboard } from '../src/index.js';
import { epochLines, line, pixel, stepLine, temporary, writeRun } from './written-run.js';

const inBrowser = hasBrowser ? test : test.skip;

test('a browser is at hand, or its tests are skipped in words', (t) => {
  if (!hasBrowser) t.log(`The tests of the page are skipped: ${browserPath} is not there; set CHROMIUM_PATH.`);
  t.pass();
});

let browser: Promise<Browser> | undefined;
test.before('start the browser', async () => {
  if (!hasBrowser) return;
  browser = launchBrowser();
  await browser;
});
test.after.always('end the browser', async () => (await browser)?.close());

/** A page over some runs; what it asked for, and what went wrong. */
async function open(t: ExecutionContext, runs: string) {
  const dashboard = await serveDashboard(runs);
  t.teardown(() => dashboard.close());
  const page = await (await browser!).newPage({ viewport: { width: 1400, height: 900 } });
  t.teardown(() => page.close());
  const asked: string[] = [];
  const wrong: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && wrong.push(message.text()));
  page.on('pageerror', (error) => wrong.push(String(error)));
  await page.goto(dashboard.url);
  return { page, asked, wrong, dashboard };
}

const charts = (page: Page): Promise<(string | null)[]> =>
  page.locator('figure').evaluateAll((figures) => figures.map((figure) => figure.getAttribute('data-chart')));

inBrowser('a finished run is there with its curves, its classes with their images, and its kernels', async (t) => {
  const runs = join(await temporary(t), 'runs');
  await writeRun(runs, 'first');
  const { page, asked, wrong, dashboard } = await open(t, runs);
  await page.waitForSelector('[data-chart="kernels"]');
  t.deepEqual(await charts(page), [
    'curve-loss',
    'curve-learningRate',
    'curve-gradientNorm',
    'curve-milliseconds',
    'confusion',
    'kernels',
  ]);
  t.is(await page.locator('[data-chart="kernels"] g[aria-label="bar"] rect').count(), 2);
  t.regex((await page.locator('#details table').textContent()) ?? '', /optimizersgd/);

  await page.click('[data-cell="0,1"]');
  const image = page.locator('#images img');
  await image.waitFor();
  t.is(await image.getAttribute('src'), pixel);
  t.true(await image.evaluate((shown) => (shown as HTMLImageElement).naturalWidth === 1));
  t.regex((await page.locator('#images').textContent()) ?? '', /^cat, taken for dog: 1 of the first 8/);

  // All is served by this one server, and the policy of the page holds nothing up.
  t.deepEqual(
    asked.filter((address) => !address.startsWith(dashboard.url) && !address.startsWith('data:')),
    [],
  );
  t.deepEqual(wrong, []);
});

inBrowser('curves can be smoothed, and drawn over epochs', async (t) => {
  const runs = join(await temporary(t), 'runs');
  await writeRun(runs, 'first');
  const { page, wrong } = await open(t, runs);
  const curve = (): Promise<string | null> =>
    page.locator('[data-chart="curve-loss"] g[aria-label="line"] path').first().getAttribute('d');
  await page.waitForSelector('[data-chart="curve-loss"]');
  const before = await curve();
  await page.fill('#smoothing', '0.95');
  await page.waitForFunction(
    (old) => document.querySelector('[data-chart="curve-loss"] g[aria-label="line"] path')?.getAttribute('d') !== old,
    before,
  );
  t.not(await curve(), before);
  await page.selectOption('#place', 'epoch');
  await page.getByText('epochs →').first().waitFor();
  await page.check('#logarithmic');
  t.deepEqual(wrong, []);
});

inBrowser('a run that goes on grows, a new one appears, and those of a group are shown together', async (t) => {
  const runs = join(await temporary(t), 'runs');
  const first = await writeRun(runs, 'member', { group: 'member' });
  const { page, wrong } = await open(t, runs);
  const state = page.locator('[data-run="member"] small');
  await page.waitForSelector('[data-run="member"][data-status="running"]');
  t.regex((await state.textContent()) ?? '', /^running, epoch 2\/3/);

  // In two parts, the first of which ends within a line.
  const rest = [
    stepLine(4, 0.25),
    stepLine(5, 0.2),
    epochLines(2, 0.22),
    line('fit:end', 6, { reason: 'completed' }),
  ].join('');
  await appendFile(join(first, 'events.jsonl'), rest.slice(0, 300));
  await appendFile(join(first, 'events.jsonl'), rest.slice(300));
  await page.waitForSelector('[data-run="member"][data-status="completed"]');
  t.regex((await state.textContent()) ?? '', /^3 epochs · validation loss 1\.220/);

  await writeRun(runs, 'member-2', { group: 'member', started: new Date(1_800_000_001_000).toISOString() });
  await page.waitForSelector('[data-chart="group-loss"]');
  t.true((await charts(page)).includes('members-loss'));
  t.is(await page.locator('#groups [data-chart="members-loss"] g[aria-label="bar"] rect').count(), 2);

  await page.uncheck('[data-run="member"] input');
  await page.waitForFunction(() => document.querySelectorAll('#groups figure').length === 0);
  await rm(first, { recursive: true });
  await page.waitForFunction(() => document.querySelector('[data-run="member"]') === null);
  t.deepEqual(wrong, []);
});

inBrowser('what a run is called and says is text in the page, whatever it is', async (t) => {
  const runs = join(await temporary(t), 'runs');
  const evil = '<img src=x onerror="document.body.dataset.evil=1">';
  await writeRun(runs, 'first', { classes: [evil, 'dog'], summary: evil, hyperparameters: { [evil]: evil } });
  const { page } = await open(t, runs);
  await page.waitForSelector('[data-chart="confusion"]');
  t.is(await page.locator('img').count(), 0);
  t.is(await page.evaluate(() => document.body.dataset['evil']), undefined);
});
