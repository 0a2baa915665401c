import { hasBrowser, launchBrowser } from '@adjoint/test-browser';
import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './command.js';
import { readReadme, Release } from './release/consumer.js';
import { packageManagers } from './release/package-managers.js';
import { serveFolder } from './release/serve-folder.js';

// What `npm create adjoint` begins, and its likes of pnpm and yarn: each template builds and does what it is for.

let release: Release;
let environment: Record<string, string>;

test.before('pack', async () => {
  release = await Release.pack();
  environment = await packageManagers(release);
});

test.after.always('remove', () => release?.remove());

for (const manager of ['npm', 'pnpm', 'yarn']) {
  test.serial(`${manager}: an app trains, and its tests pass`, async (t) => {
    const folder = await created(manager, 'app');
    t.regex(await shell(`${manager} test`, folder), /pass 1\b/);
    t.regex(await shell(`${manager} run start`, folder), /accuracy: 0\.9/);
    t.deepEqual(await readdir(join(folder, 'output')), ['model.safetensors']);
  });

  test.serial(`${manager}: a plugin passes its contract suites, and packs`, async (t) => {
    const folder = await created(manager, 'plugin');
    const tested = await shell(`${manager} test`, folder);
    t.regex(tested, /pass [1-9]/);
    t.regex(tested, /fail 0/);
    await shell(`${manager} pack`, folder);
    const [archive] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
    const files = (await shell(`tar -tzf ${archive}`, folder)).trim().split('\n').sort();
    t.deepEqual(
      files.filter((name) => name.startsWith('package/dist/') && name.endsWith('.js')),
      ['package/dist/gate.js', 'package/dist/index.js', 'package/dist/signum.js'],
    );
    t.true(files.includes('package/dist/index.d.ts') && files.includes('package/README.md'));
    t.false(files.some((name) => name.includes('.test.')));
  });

  test.serial(`${manager}: a page trains in the browser`, async (t) => {
    const folder = await created(manager, 'page');
    await shell(`${manager} run build`, folder);
    await inBrowser(t, folder, async (page) => {
      await page.getByRole('button', { name: 'Train' }).click();
      await page.getByText(/Reads 9\d\.\d %/).waitFor({ timeout: 120_000 });
    });
  });
}

test.serial("the README's page predicts with the model that its first program has saved", async (t) => {
  const { programs, pageProgram, fileName, commands } = await readReadme();
  const first = await release.folder('readme', { [fileName]: programs[0] });
  for (const command of commands['npm']!) await shell(command, first);

  const folder = await created('npm', 'page', 'readme-page');
  await shell('mkdir public && cp ../readme/model.safetensors public/', folder);
  await writeFile(join(folder, 'src/main.ts'), pageProgram);
  // The first of the digits, a zero.
  const digits = await readFile('packages/data/assets/digits/digits.csv', 'utf8');
  const row = digits
    .split('\n')[1]!
    .split(',')
    .slice(0, 64)
    .map((level) => Number(level) / 16);
  const pixels = [Array.from({ length: 8 }, (_, y) => row.slice(8 * y, 8 * y + 8))];
  const html = await readFile(join(folder, 'index.html'), 'utf8');
  await writeFile(
    join(folder, 'index.html'),
    html.replace('<body>', `<body><script>globalThis.pixels = ${JSON.stringify(pixels)};</script>`),
  );
  await shell('npm run build', folder);
  await inBrowser(t, folder, async (page) => {
    const logged = page.waitForEvent('console');
    await page.reload();
    t.like(await (await logged).args()[0]!.jsonValue(), [{ index: 0, name: '0' }]);
  });
});

/** A folder begun and installed as a package manager does it. */
async function created(manager: string, template: string, name = `${manager}-${template}`): Promise<string> {
  const parent = await release.folder('.');
  await shell(`${manager} create adjoint ${manager === 'npm' ? '-- ' : ''}${name} --template ${template}`, parent);
  const folder = join(parent, name);
  await shell(`${manager} install`, folder);
  return folder;
}

function shell(command: string, folder: string): Promise<string> {
  return runCommand('sh', ['-c', command], folder, environment);
}

/** Opens what `vite build` has made, where there is a browser; an error on the page is a failure. */
async function inBrowser(t: ExecutionContext, folder: string, use: (page: Page) => Promise<void>): Promise<void> {
  const built = await readdir(join(folder, 'dist'));
  t.true(built.includes('index.html'));
  if (!hasBrowser) return t.log('There is no browser.');
  const { url, close } = await serveFolder(join(folder, 'dist'));
  t.teardown(close);
  const browser = await launchBrowser();
  t.teardown(() => browser.close());
  const page = await browser.newPage();
  page.on('pageerror', (error) => t.fail(String(error)));
  await page.goto(url);
  await use(page);
}
