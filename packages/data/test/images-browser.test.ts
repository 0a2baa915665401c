import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { browserPath, hasBrowser, launchBrowser } from '@adjoint/test-browser';
import { build } from 'esbuild';
import { decodeImage, type ImageOptions } from '../src/images.js';
import { sharpFiles } from './images-of-sharp.js';

const inBrowser = hasBrowser ? test : test.skip;

test('a browser is at hand, or its test is skipped in words', (t) => {
  if (!hasBrowser) t.log(`Images are not decoded in a browser: ${browserPath} is not there; set CHROMIUM_PATH.`);
  t.pass();
});

/** As the page gives it back. */
interface Decoded {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

inBrowser('a browser decodes to the numbers that Node has', async (t) => {
  const browser = await launchBrowser();
  t.teardown(() => browser.close());
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../src/images.js', import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'images',
    platform: 'browser',
  });
  const page = await browser.newPage();
  await page.addScriptTag({ content: outputFiles[0]!.text });
  const decodeThere = (base64: string, options: ImageOptions): Promise<Decoded | string> =>
    page.evaluate(
      async ([text, form]) => {
        const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
        const { images } = globalThis as unknown as { images: { decodeImage: typeof decodeImage } };
        try {
          const { data, shape } = await images.decodeImage(bytes, form);
          return { shape, data: Array.from(data, Number) };
        } catch (error) {
          return (error as Error).message;
        }
      },
      [base64, options] as const,
    );

  const { png, jpeg } = JSON.parse(
    await readFile(new URL('../../test/images.json', import.meta.url), 'utf8'),
  ) as Record<'png' | 'jpeg', readonly { readonly name: string; readonly bytes: string }[]>;
  const made = (await sharpFiles()).map(({ name, bytes }) => ({ name, bytes: bytes.toString('base64') }));
  for (const { name, bytes } of [...png, ...jpeg, ...made])
    for (const options of [{}, { channels: 1, size: [6, 5] }] satisfies ImageOptions[]) {
      const { data, shape } = await decodeImage(Buffer.from(bytes, 'base64'), options);
      t.deepEqual(await decodeThere(bytes, options), { shape, data: [...data] } as Decoded, name);
    }
  const cut = Buffer.from(jpeg[0]!.bytes, 'base64').subarray(0, 100).toString('base64');
  t.regex((await decodeThere(cut, { source: 'a.jpg' })) as string, /^a\.jpg: it cannot be decoded/);
});
