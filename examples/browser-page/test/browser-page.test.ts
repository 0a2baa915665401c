import test from 'ava';
import { fashionMnist } from '@adjoint/data/node';
import { browserPath, hasBrowser, launchBrowser } from '@adjoint/test-browser';
import { servePage } from '../src/serve-page.js';
import { train, type Training } from '../src/train.js';

const inBrowser = hasBrowser ? test : test.skip;

test('in Node the loss falls, and the same program gives the same bits again', async (t) => {
  if (!hasBrowser) t.log(`The comparison with a browser is skipped: ${browserPath} is not there; set CHROMIUM_PATH.`);
  const { train: images } = await fashionMnist();
  const training = await train(images);
  t.is(training.losses.length, 20);
  // Ten classes that are equally likely cost ln 10.
  t.true(training.losses.at(-1)! < Math.log(10) / 2, `loss ${training.losses.at(-1)}`);
  t.deepEqual(await train(images), training);
});

for (const isolated of [true, false]) {
  const threads = isolated ? 'with threads' : 'on one thread';
  inBrowser(`${browserPath} computes the bits that Node computes, ${threads}`, async (t) => {
    const { train: images } = await fashionMnist();
    const { server, address } = await servePage({ isolated });
    t.teardown(() => server.close());
    const browser = await launchBrowser();
    t.teardown(() => browser.close());
    const page = await browser.newPage();
    await page.goto(address);
    t.is(await page.evaluate(() => crossOriginIsolated), isolated);
    const inPage = await page.evaluate(() => (globalThis as unknown as { training: Promise<Training> }).training);
    t.log(`Chromium ${browser.version()}, Node ${process.version}`);
    t.deepEqual(inPage, await train(images));
  });
}
