import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import {
  bundledSets,
  digitsClasses,
  fashionMnistClasses,
  digits as fetchDigits,
  fashionMnist as fetchFashionMnist,
} from '../src/index.js';
import { checkContent } from '../src/bundled.js';
import { digits, fashionMnist, loadIdxDirectory, readCsvFile, readIdxFile } from '../src/node.js';
import { range, refuses } from './support.js';

const assets = fileURLToPath(new URL('../../assets/', import.meta.url));
const images = join(assets, 'fashion-mnist/t10k-images-idx3-ubyte.gz');
const labels = join(assets, 'fashion-mnist/t10k-labels-idx1-ubyte.gz');

const histogram = (values: Iterable<number>): number[] => {
  const counts = new Array<number>(10).fill(0);
  for (const value of values) counts[value]!++;
  return counts;
};

// Counts, sums and first labels were taken from the files with a few lines of Python.
test('fashionMnist: 8,000 and 2,000 images of the published set', async (t) => {
  const { train, test: held } = await fashionMnist();
  t.deepEqual([train.size, held.size], [8000, 2000]);
  t.deepEqual(train.inputs, [{ shape: [1, 28, 28], dtype: 'float32' }]);
  t.deepEqual([...train.allTargets().data.subarray(0, 10)], [9, 2, 1, 1, 6, 1, 4, 6, 5, 7]);
  t.deepEqual(histogram(held.allTargets().data), [214, 224, 175, 173, 190, 193, 210, 208, 210, 203]);
  t.deepEqual(histogram([...train.allTargets().data, ...held.allTargets().data]), new Array(10).fill(1000));
  let sum = 0;
  for (const part of [train, held])
    for (const pixel of part.batch(range(part.size)).inputs[0]!.data) sum += Math.round(pixel * 255);
  t.is(sum, 573469082);
  t.is(fashionMnistClasses[9], 'Ankle boot');
});

test('digits: the 1,797 digits of the UCI test set', async (t) => {
  const data = await digits();
  t.is(data.size, 1797);
  t.deepEqual(data.inputs, [{ shape: [1, 8, 8], dtype: 'float32' }]);
  t.deepEqual(histogram(data.allTargets().data), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
  let sum = 0;
  for (const cell of data.batch(range(1797)).inputs[0]!.data) sum += cell;
  t.is(sum * 16, 561718);
  t.is(digitsClasses.length, 10);
});

test('every bundled file has the content that its hash says, and every set a licence', async (t) => {
  for (const { files, licence, source } of Object.values(bundledSets)) {
    t.regex(licence, /^(MIT|CC-BY-4\.0)$/);
    t.truthy(source);
    for (const [path, hash] of Object.entries(files)) {
      const bytes = new Uint8Array(await readFile(join(assets, path)));
      t.is(createHash('sha256').update(bytes).digest('hex'), hash, path);
      t.is(await checkContent(bytes, hash, path), bytes);
      bytes[100]! ^= 1;
      await refuses(t, () => checkContent(bytes, hash, path), 'FILE_INVALID', /SHA-256/);
    }
  }
  const listed = Object.values(bundledSets).flatMap(({ files }) => Object.keys(files));
  const found = (await readdir(assets, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  t.deepEqual(
    found
      .map(({ name }) => name)
      .filter((name) => !/^(README\.md|COPYRIGHT)$/.test(name))
      .sort(),
    listed.map((path) => path.split('/').at(-1)).sort(),
  );
});

test('the browser entry takes bytes or fetches an address', async (t) => {
  const server = createServer((request, response) => {
    readFile(join(assets, request.url!)).then(
      (bytes) => response.end(bytes),
      () => response.writeHead(404, 'Not Found').end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  t.teardown(() => server.close());
  t.is((await fetchDigits(`${address}/digits/digits.csv`)).size, 1797);
  const { train } = await fetchFashionMnist({
    images: new URL(`${address}/fashion-mnist/t10k-images-idx3-ubyte.gz`),
    labels: await readFile(labels),
  });
  t.is(train.size, 8000);
  await refuses(t, () => fetchDigits(`${address}/digits/none.csv`), 'FILE_UNREADABLE', /none\.csv/, /404/);
  await refuses(t, () => fetchDigits('http://127.0.0.1:1/digits.csv'), 'FILE_UNREADABLE', /could not be fetched/);
  await refuses(t, async () => fetchDigits(await readFile(labels)), 'FILE_INVALID', /digits/);
});

test('loadIdxDirectory finds both spellings, plain and gzipped', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'adjoint-data-'));
  t.teardown(() => rm(directory, { recursive: true }));
  await refuses(t, () => loadIdxDirectory(directory), 'FILE_UNREADABLE', /no train-images-idx3-ubyte or/);
  await cp(images, join(directory, 'train-images.idx3-ubyte.gz'));
  await writeFile(join(directory, 'train-labels-idx1-ubyte'), gunzipSync(await readFile(labels)));
  await cp(images, join(directory, 't10k-images-idx3-ubyte.gz'));
  await refuses(t, () => loadIdxDirectory(directory), 'FILE_UNREADABLE', /no t10k-labels-idx1-ubyte or/);
  await cp(labels, join(directory, 't10k-labels.idx1-ubyte.gz'));
  const { train, test: held } = await loadIdxDirectory(directory);
  t.deepEqual([train.size, held.size], [10_000, 10_000]);
  await cp(labels, join(directory, 't10k-images-idx3-ubyte.gz'));
  await refuses(
    t,
    () => loadIdxDirectory(directory),
    'FILE_INVALID',
    /t10k: expected images as bytes of shape \[N, height, width\]/,
  );
});

test('files that do not exist are named', async (t) => {
  await refuses(t, () => readIdxFile('no/such.idx'), 'FILE_UNREADABLE', /no\/such\.idx/);
  await refuses(
    t,
    () => readCsvFile('no/such.csv', { target: 0, task: 'regression' }),
    'FILE_UNREADABLE',
    /no\/such\.csv/,
  );
  await refuses(t, () => loadIdxDirectory('no/such'), 'FILE_UNREADABLE', /no\/such/);
  await refuses(
    t,
    () => readIdxFile(join(assets, 'digits/digits.csv')),
    'FILE_INVALID',
    /digits\.csv: not an IDX file/,
  );
});
