import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { browserPath, hasBrowser, launchBrowser } from '@adjoint/test-browser';
import type { Browser, Page } from 'playwright-core';
import { buildPlayground } from '../src/build-playground.js';
import { serveFolder } from '../src/serve.js';

// The playground's program in a page of its own, without the site around it.
const inBrowser = hasBrowser ? test : test.skip;

test('a browser is at hand, or its tests are skipped in words', (t) => {
  if (!hasBrowser) t.log(`The playground is not opened: ${browserPath} is not there; set CHROMIUM_PATH.`);
  t.pass();
});

let browser: Browser | undefined;
let folder: string;
test.before('build the page', async () => {
  if (!hasBrowser) return;
  browser = await launchBrowser();
  folder = await mkdtemp(join(tmpdir(), 'adjoint-playground-'));
  await buildPlayground(folder);
  const digits = fileURLToPath(import.meta.resolve('@adjoint/data/assets/digits/digits.csv'));
  await copyFile(digits, join(folder, 'digits.csv'));
  const script = `import { mount } from './page.js'; mount(document.querySelector('.playground'), './digits.csv');`;
  await writeFile(
    join(folder, 'index.html'),
    `<!doctype html><link rel="icon" href="data:," /><div class="playground"></div><script type="module">${script}</script>`,
  );
});
test.after.always('end the browser', async () => {
  await browser?.close();
  if (folder) await rm(folder, { recursive: true });
});

/** The page when its first pictures are there, and what goes wrong in it. */
async function open(t: ExecutionContext): Promise<{ readonly page: Page; readonly wrong: readonly string[] }> {
  t.timeout(5 * 60_000);
  const { address, close } = await serveFolder(folder, { base: '/below/' });
  t.teardown(close);
  const page = await browser!.newPage();
  page.setDefaultTimeout(120_000);
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && wrong.push(message.text()));
  page.on('requestfailed', (request) => wrong.push(request.url()));
  t.teardown(() => page.close());
  await page.goto(address);
  await atStep(page, 0);
  return { page, wrong };
}

const atStep = (page: Page, step: number): Promise<unknown> =>
  page.waitForFunction(
    (wanted) => document.querySelector<HTMLElement>('.playground')?.dataset['step'] === String(wanted),
    step,
  );

const pictures = (page: Page): Promise<string[]> =>
  page
    .locator('.filters canvas')
    .evaluateAll((canvases) => canvases.map((canvas) => (canvas as HTMLCanvasElement).toDataURL()));

/** How many points each curve has. */
const curves = (page: Page): Promise<number[]> =>
  page
    .locator('.curves [aria-label="line"] path')
    .evaluateAll((paths) => paths.map((path) => path.getAttribute('d')!.split(/[ML]/).length - 1));

inBrowser('steps draw curves, and the same seed learns the same way again', async (t) => {
  const { page, wrong } = await open(t);
  const step = page.locator('.step');
  const threeSteps = async (): Promise<string[]> => {
    for (let i = 1; i <= 3; i++) {
      await step.click();
      await atStep(page, i);
    }
    return pictures(page);
  };
  const first = await threeSteps();
  // Batches, tests after none to three steps: of the loss and of the share.
  t.deepEqual(await curves(page), [3, 4, 4]);
  t.regex(
    await page.locator('.status').innerText(),
    /^Step 3, loss \d\.\d{3}, \d+\.\d % of 300 test digits right, \d+ thread/,
  );

  await page.locator('.restart').click();
  await atStep(page, 0);
  t.deepEqual(await threeSteps(), first);
  await page.locator('.seed').fill('2');
  await page.locator('.restart').click();
  await atStep(page, 0);
  t.notDeepEqual(await threeSteps(), first);

  await page.locator('.seed').fill('-1');
  await page.locator('.restart').click();
  await page.locator('.error', { hasText: /The seed is a whole number from 0/ }).waitFor();
  t.deepEqual(wrong, []);
});

inBrowser('a network is trained, edited, broken and mended', async (t) => {
  const { page, wrong } = await open(t);
  const [editor, message, train] = ['textarea', '.error', '.train'].map((name) => page.locator(name)) as [
    ReturnType<Page['locator']>,
    ReturnType<Page['locator']>,
    ReturnType<Page['locator']>,
  ];
  await page.locator('.speed').selectOption('20');
  await train.click();
  await page.waitForFunction(() => Number(document.querySelector<HTMLElement>('.playground')?.dataset['step']) >= 60);
  t.is(await train.innerText(), 'Pause');
  await train.click();
  t.is(await train.innerText(), 'Train');
  const share = /, (\d+\.\d) %/.exec(await page.locator('.status').innerText())?.[1];
  t.true(Number(share) > 50, share);

  const refused: readonly (readonly [string, RegExp])[] = [
    ['["flatten",]', /no JSON.*commas stand between layers/],
    ['["flaten", { "dense": { "units": 10 } }]', /Layer 1: .*'flatten'/],
    ['["flatten", { "dense": { "unit": 10 } }]', /Layer 2: .*'units'/],
    ['["flatten"]', /ends in \[64\] numbers.*"units": 10/],
    ['[{ "conv2d": { "filters": 2, "kernel": 9 } }]', /do not fit: .*conv2d/],
    ['["flatten", { "dense": { "units": 10 } }, "softmax"]', /cannot learn: .*takes logits/],
    ['["flatten", { "dense": { "units": 20000000 } }]', /'units' is 20000000; this page takes numbers up to 4096/],
  ];
  for (const [text, words] of refused) {
    await editor.fill(text);
    await editor.press('Control+Enter');
    await page.locator('.error', { hasText: words }).waitFor();
    t.is(await editor.getAttribute('aria-invalid'), 'true');
    t.regex(await message.innerText(), /still of the network before/);
  }
  // Beside the editor, as seen and as read out.
  t.is(await editor.getAttribute('aria-describedby'), await message.getAttribute('id'));
  const [above, below] = [await editor.boundingBox(), await message.boundingBox()];
  t.true(below!.y - above!.y - above!.height < 40);

  await editor.fill('[{ "conv2d": { "filters": 4, "kernel": 5 } }, "tanh", "flatten", { "dense": { "units": 10 } }]');
  await editor.press('Control+Enter');
  await atStep(page, 0);
  t.is(await message.innerText(), '');
  t.is(await editor.getAttribute('aria-invalid'), 'false');
  const before = await pictures(page);
  t.is(before.length, 2);
  await page.locator('.step').click();
  await atStep(page, 1);
  t.notDeepEqual(await pictures(page), before);

  await editor.fill('["flatten", { "dense": { "units": 10 } }]');
  await page.locator('.restart').click();
  await page.locator('.filters', { hasText: 'There are none' }).waitFor();
  t.deepEqual(wrong, []);
});
