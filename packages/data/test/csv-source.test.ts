import test from 'ava';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { csvSource, parseCsv, readIdx, type CsvOptions } from '../src/index.js';
import { openCsvFile } from '../src/node.js';
import { collect, pieces, range, refuses } from './support.js';

const options: CsvOptions = {
  target: 'kind',
  task: 'classification',
  categorical: ['colour'],
  missing: ['', '?'],
  fill: 'mean',
};
const colours = ['red', 'green', 'blue', ''];
const text = [
  'size,colour,kind',
  ...Array.from(
    { length: 23 },
    (_, i) => `${i % 6 === 5 ? '?' : (i * 7) % 11},${colours[(i * 3) % 4]},k${(i * i) % 3}`,
  ),
].join('\n');

test('the batches of a table are those of the table as a whole, whatever the pieces and in every epoch', async (t) => {
  const whole = parseCsv(text, options);
  for (const [length, batchSize] of [
    [1, 5],
    [7, 1],
    [64, 23],
    [1000, 100],
  ] as const) {
    const source = await csvSource(pieces(new TextEncoder().encode(text), length), { ...options, batchSize });
    t.is(source.rows, 23);
    t.deepEqual([source.columns, { ...source.categories }], [whole.columns, { ...whole.categories }]);
    t.deepEqual([source.inputs, source.targets], [whole.dataset.inputs, whole.dataset.targets]);
    const batches = await collect(source);
    t.is(batches.length, source.batchesPerEpoch);
    batches.forEach((batch, i) =>
      t.deepEqual(batch, whole.dataset.batch(range(23).subarray(i * batchSize, (i + 1) * batchSize))),
    );
    t.deepEqual(await collect(source), batches);
    t.deepEqual(await collect(source, 1), batches.slice(1));
  }
});

test('a last batch that is not full is left out if asked for', async (t) => {
  const source = await csvSource(pieces(new TextEncoder().encode(text), 100), {
    ...options,
    batchSize: 10,
    dropLast: true,
  });
  t.is(source.batchesPerEpoch, 2);
  t.deepEqual(
    (await collect(source)).map(({ inputs }) => inputs[0].shape),
    [
      [10, 2],
      [10, 2],
    ],
  );
});

test('no more of a file is read than the batches that are asked for', async (t) => {
  let opened = 0;
  async function* numbers(): AsyncGenerator<Uint8Array> {
    const encoder = new TextEncoder();
    yield encoder.encode('x,y\n');
    for (let piece = 0; piece < 50; piece++) {
      opened++;
      yield encoder.encode('1,2\n'.repeat(1000));
    }
  }
  const source = await csvSource(numbers, { target: 'y', task: 'regression', batchSize: 500 });
  t.is(source.rows, 50_000);
  opened = 0;
  let batches = 0;
  for await (const _ of source.batches({ seed: 0, epoch: 0, index: 0 })) if (++batches === 4) break;
  t.is(opened, 2);
});

test('what is wrong in a file is told when it is opened, and a change of it while it is read', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'adjoint-csv-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const path = join(folder, 'table.csv');
  const regression = { target: 'y', task: 'regression', batchSize: 2 } as const;
  await refuses(t, () => openCsvFile(path, regression), 'FILE_UNREADABLE', /table\.csv/);
  await writeFile(path, 'x,y\n1,2\n3,4\nfive,6\n');
  await refuses(t, () => openCsvFile(path, regression), 'FILE_INVALID', /table\.csv: line 4, column 'x'.*'five'/);
  await refuses(t, () => openCsvFile(path, { ...regression, batchSize: 0 }), 'OPTIONS_INVALID', /batchSize is 0/);
  await writeFile(path, 'x,y\n1,2\n3,4\n5,6\n');
  const source = await openCsvFile(path, regression);
  t.is((await collect(source)).length, 2);
  await writeFile(path, 'x,y\n1,2\n3,4\n');
  await refuses(t, () => collect(source), 'FILE_INVALID', /has 2 rows now, and had 3/);
});

test('IDX that announces more than maxBytes is refused before it is unpacked', async (t) => {
  const bytes = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 1, 2, 3);
  t.deepEqual((await readIdx(bytes, { maxBytes: 3 })).shape, [3]);
  await refuses(t, () => readIdx(bytes, { maxBytes: 2 }), 'FILE_INVALID', /more than the 2 bytes.*maxBytes/);
});
