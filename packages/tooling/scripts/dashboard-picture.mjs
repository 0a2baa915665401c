// Takes the picture of the dashboard in docs/images from a real run: an ensemble of three on Fashion-MNIST, and one member
// more with fewer filters. Needs Chromium (CHROMIUM_PATH). The picture is committed; take it anew when the page has changed.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { fashionMnistClasses, subset } from '@adjoint/data';
import { fashionMnist } from '@adjoint/data/node';
import { dashboard, serveDashboard } from '@adjoint/dashboard';
import { launchBrowser } from '@adjoint/test-browser';
import { createApp } from 'adjoint';

const picture = new URL('../../../docs/images/dashboard.png', import.meta.url);
const directory = await mkdtemp(join(tmpdir(), 'adjoint-picture-'));
const app = createApp({ plugins: [dashboard] });
const range = (from, count) => Int32Array.from({ length: count }, (_, i) => from + i);
const { train: images } = await fashionMnist();
const [train, validation] = [subset(images, range(0, 4000)), subset(images, range(6000, 1000))];
const compose = (filters) =>
  app.sequential({ input: [1, 28, 28] }, [
    { conv2d: { filters, kernel: 5, padding: 'same' } },
    'relu',
    { maxPool2d: { size: 2 } },
    'flatten',
    { dense: { units: 10 } },
  ]);
const trainerOptions = (name) => ({
  loss: 'crossEntropy',
  optimizer: { adam: { learningRate: 2e-3 } },
  schedule: 'cosine',
  metrics: ['accuracy', 'confusionMatrix'],
  gradientTransforms: ['gradientNorm'],
  loggers: [{ dashboard: { directory, name, classes: [...fashionMnistClasses] } }],
});
const plan = { epochs: 5, batchSize: 64, validation };

const narrow = app.trainer(compose(4), trainerOptions('narrow'));
await narrow.fit(train, plan);
const ensemble = app.ensemble(compose(12), {
  strategy: { softVoting: { members: 3 } },
  trainer: trainerOptions('member'),
});
await ensemble.fit(train, plan);

const served = await serveDashboard(directory);
const browser = await launchBrowser();
const page = await browser.newPage({ viewport: { width: 1500, height: 1130 } });
await page.goto(served.url);
await page.waitForSelector('[data-chart="members-accuracy"]');
// One of the three beside the narrow one: curves of two runs, and no charts of the group between them and the classes.
await page.check('[data-run="narrow"] input');
for (const other of ['member', 'member-2']) await page.uncheck(`[data-run="${other}"] input`);
await page.click('[data-cell="6,0"]');
await page.waitForSelector('#images img');
await page.fill('#smoothing', '0.8');
await page.waitForTimeout(500);
await page.evaluate(() => scrollTo(0, 0));
if (process.argv.includes('--whole')) await page.screenshot({ path: 'dashboard-whole.png', fullPage: true });
await writeFile(picture, await lighter(await page.screenshot()));
await browser.close();
await served.close();
await app.close();
await rm(directory, { recursive: true });

/** The picture with its 256 most frequent colors, which takes half the bytes and looks the same. */
async function lighter(png) {
  const blank = await browser.newPage();
  const { width, height, base64 } = await blank.evaluate(
    async (source) => {
      const image = new Image();
      image.src = source;
      await image.decode();
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [image.width, image.height];
      const context = canvas.getContext('2d');
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, image.width, image.height);
      let binary = '';
      for (let i = 0; i < data.length; i += 4) binary += String.fromCharCode(data[i], data[i + 1], data[i + 2]);
      return { width: image.width, height: image.height, base64: btoa(binary) };
    },
    `data:image/png;base64,${png.toString('base64')}`,
  );
  const pixels = Buffer.from(base64, 'base64');
  const colorAt = (i) => pixels.readUIntBE(3 * i, 3);
  const counts = new Map();
  for (let i = 0; i < width * height; i++) counts.set(colorAt(i), (counts.get(colorAt(i)) ?? 0) + 1);
  const palette = [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 256)
    .map(([color]) => color);
  const places = new Map(palette.map((color, place) => [color, place]));
  const distance = (a, b) =>
    [16, 8, 0].reduce((sum, shift) => sum + (((a >> shift) & 255) - ((b >> shift) & 255)) ** 2, 0);
  const placeOf = (color) => {
    if (!places.has(color)) {
      const nearest = palette.reduce((best, other) => (distance(other, color) < distance(best, color) ? other : best));
      places.set(color, palette.indexOf(nearest));
    }
    return places.get(color);
  };
  const rows = Buffer.alloc(height * (width + 1));
  for (let i = 0; i < width * height; i++) rows[i + Math.floor(i / width) + 1] = placeOf(colorAt(i));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const colors = Buffer.from(palette.flatMap((color) => [color >> 16, (color >> 8) & 255, color & 255]));
  const chunk = (type, content) => {
    const body = Buffer.concat([Buffer.from(type), content]);
    const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(content.length);
    checksum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, checksum]);
  };
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  const data = deflateSync(rows, { level: 9 });
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', colors),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
