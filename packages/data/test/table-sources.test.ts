import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { arrowSource, parseArrow } from '../src/arrow.js';
import {
  jsonLinesSource,
  parseJsonLines,
  type Table,
  type TableOptions,
  type TableSource,
  type TableSourceOptions,
} from '../src/index.js';
import { openArrowFile, openJsonLinesFile, openParquetFile, readArrowFile, readParquetFile } from '../src/node.js';
import { parquetSource, parseParquet } from '../src/parquet.js';
import { collect, pieces, range, refuses } from './support.js';

const files = JSON.parse(await readFile(new URL('../../test/tables.json', import.meta.url), 'utf8')) as Readonly<
  Record<'parquet' | 'arrow', Readonly<Record<string, string>>>
>;
const bytesOf = (text = ''): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

const options: TableOptions = { target: 'kind', task: 'classification', categorical: ['colour'], fill: 'mean' };
const lines = Array.from({ length: 23 }, (_, i) =>
  JSON.stringify({
    size: i % 6 === 5 ? null : (i * 7) % 11,
    colour: ['red', 'green', 'blue'][(i * 2) % 3],
    kind: `k${(i * i) % 3}`,
  }),
).join('\n');

interface Format {
  readonly whole: () => Table | Promise<Table>;
  readonly open: (options: TableSourceOptions, piece: number) => Promise<TableSource>;
}

const formats = new Map<string, Format>([
  [
    'JSON lines',
    {
      whole: () => parseJsonLines(lines, options),
      open: (own, piece) => jsonLinesSource(pieces(new TextEncoder().encode(lines), piece), own),
    },
  ],
  ...Object.entries(files.parquet).map(([name, text]): [string, Format] => [
    `parquet: ${name}`,
    { whole: () => parseParquet(bytesOf(text), options), open: (own) => parquetSource(bytesOf(text), own) },
  ]),
  ...Object.entries(files.arrow).map(([name, text]): [string, Format] => [
    `arrow: ${name}`,
    {
      whole: () => parseArrow(bytesOf(text), options),
      open: (own, piece) => arrowSource(pieces(bytesOf(text), piece), own),
    },
  ]),
]);

for (const [name, { whole, open }] of formats)
  test(`${name}: batches are those of the whole table, in every epoch`, async (t) => {
    const { dataset, columns, categories } = await whole();
    for (const [batchSize, piece] of [
      [1, 1],
      [3, 100],
      [100, 10_000],
    ] as const) {
      const source = await open({ ...options, batchSize }, piece);
      t.is(source.rows, dataset.size);
      t.deepEqual([source.columns, { ...source.categories }], [columns, { ...categories }]);
      const batches = await collect(source);
      t.is(batches.length, source.batchesPerEpoch);
      const all = range(dataset.size);
      const wanted = batches.map((_, i) => dataset.batch(all.subarray(i * batchSize, (i + 1) * batchSize)));
      t.deepEqual(batches, wanted);
      t.deepEqual(await collect(source, 1), batches.slice(1));
    }
    const even = await open({ ...options, batchSize: 3, dropLast: true }, 100);
    t.is(even.batchesPerEpoch, Math.floor(dataset.size / 3));
    t.true((await collect(even)).every(({ inputs }) => inputs[0].shape[0] === 3));
    await refuses(t, () => open({ ...options, batchSize: 0 }, 100), 'OPTIONS_INVALID', /batchSize is 0/);
    await refuses(t, () => open({ ...options, batchSize: 1, target: 'none' }, 100), 'OPTIONS_INVALID', /"none"/);
  });

test('files are opened by their paths, and told apart from what has changed', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'adjoint-tables-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const at = (name: string) => join(folder, name);
  await writeFile(at('a.parquet'), bytesOf(files.parquet['snappy']));
  await writeFile(at('a.arrow'), bytesOf(files.arrow['file lz4']));
  await writeFile(at('a.jsonl'), lines);
  const own = { ...options, batchSize: 2 };
  for (const source of [await openParquetFile(at('a.parquet'), own), await openArrowFile(at('a.arrow'), own)])
    t.deepEqual(
      (await collect(source)).map(({ targets }) => [...(targets[0]?.data ?? [])]),
      [
        [0, 1],
        [0, 1],
      ],
    );
  t.is((await readParquetFile(at('a.parquet'), options)).dataset.size, 4);
  t.is((await readArrowFile(at('a.arrow'), options)).dataset.size, 4);
  const source = await openJsonLinesFile(at('a.jsonl'), own);
  await writeFile(at('a.jsonl'), lines.split('\n').slice(1).join('\n'));
  await refuses(t, () => collect(source), 'FILE_INVALID', /a\.jsonl: it has 22 rows now, and had 23/);
  for (const open of [openParquetFile, openArrowFile, openJsonLinesFile, readParquetFile, readArrowFile])
    await refuses(t, () => open(at('none'), own), 'FILE_UNREADABLE', /none/);
});

test('no more of a stream is read than the batches that are asked for', async (t) => {
  let opened = 0;
  async function* numbers(): AsyncGenerator<Uint8Array> {
    for (let piece = 0; piece < 50; piece++) {
      opened++;
      yield new TextEncoder().encode('{"x":1,"y":2}\n'.repeat(1000));
    }
  }
  const source = await jsonLinesSource(numbers, { target: 'y', task: 'regression', batchSize: 500 });
  t.is(source.rows, 50_000);
  opened = 0;
  let batches = 0;
  for await (const _ of source.batches({ seed: 0, epoch: 0, index: 0 })) if (++batches === 4) break;
  t.is(opened, 2);
});

test('a cut Arrow file, and one of other bytes, is refused in batches as well', async (t) => {
  const own = { ...options, batchSize: 2 };
  for (const [name, text] of Object.entries(files.arrow)) {
    const bytes = bytesOf(text);
    for (let length = 0; length < bytes.length; length += 97) {
      // A stream may end without its mark, and a file is whole before the part that is for those who jump.
      const result = await arrowSource(pieces(bytes.subarray(0, length), 50), own).catch((error: unknown) => error);
      if (result instanceof Error) t.is((result as Error & { code?: string }).code, 'FILE_INVALID', name);
      else t.true((result as TableSource).rows <= 4);
    }
  }
  await refuses(t, () => arrowSource(pieces(Uint8Array.of(1, 2, 3), 2), own), 'FILE_INVALID', /as Arrow/);
  await refuses(t, () => parquetSource(new Uint8Array(20), own), 'FILE_INVALID', /as Parquet/);
});
