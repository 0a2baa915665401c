import { readFile } from 'node:fs/promises';
import test from 'ava';
import { parseArrow } from '../src/arrow.js';
import { parseCsv, parseJsonLines, tableOfColumns, type Table, type TableOptions } from '../src/index.js';
import { parseParquet } from '../src/parquet.js';
import { range, refuses } from './support.js';

/** One table, as pyarrow wrote it. */
const files = JSON.parse(await readFile(new URL('../../test/tables.json', import.meta.url), 'utf8')) as {
  readonly parquet: Readonly<Record<string, string>>;
  readonly 'parquet nested': string;
  readonly arrow: Readonly<Record<string, string>>;
  readonly 'arrow long': Readonly<Record<string, string>>;
};
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

const options: TableOptions = { target: 'kind', task: 'classification', categorical: ['colour'], fill: -1 };

const numbersOf = ({ dataset }: Table): [number[], number[]] => {
  const { inputs, targets } = dataset.batch(range(dataset.size));
  return [[...inputs[0].data], [...(targets[0]?.data ?? [])]];
};

/** length, count, flag, day, at, colour (blue, green, red) of the four rows. */
const wanted = [
  [1.5, 1, 1, 1, 0.5, 2],
  [2, 2, 0, 19_782, 1, 0],
  [-1, 3, 1, -1, 2.25, 2],
  [4, 2 ** 31, 1, 10_957, 0, 1],
].flat();

for (const [name, text] of Object.entries(files.parquet))
  test(`parquet: ${name}`, async (t) => {
    const table = await parseParquet(bytesOf(text), options);
    t.deepEqual(numbersOf(table), [wanted, [0, 1, 0, 1]]);
    t.deepEqual(table.columns, ['length', 'count', 'flag', 'day', 'at', 'colour']);
    t.deepEqual({ ...table.categories }, { colour: ['blue', 'green', 'red'], kind: ['a', 'b'] });
  });

for (const [name, text] of Object.entries(files.arrow))
  test(`arrow: ${name}`, (t) => {
    const table = parseArrow(bytesOf(text), options);
    t.deepEqual(numbersOf(table), [wanted, [0, 1, 0, 1]]);
    t.deepEqual({ ...table.categories }, { colour: ['blue', 'green', 'red'], kind: ['a', 'b'] });
  });

for (const [name, text] of Object.entries(files['arrow long']))
  test(`arrow: buffers of several blocks of ${name}`, async (t) => {
    const bytes = bytesOf(text);
    const [inputs, targets] = numbersOf(parseArrow(bytes, { target: 'y', task: 'regression' }));
    t.deepEqual(
      inputs,
      Array.from({ length: 40_000 }, (_, i) => (i * i) % 251),
    );
    t.deepEqual(
      targets,
      Array.from({ length: 40_000 }, (_, i) => i % 7),
    );
    const within = (maxBytes: number) => parseArrow(bytes, { target: 'y', task: 'regression', maxBytes });
    t.notThrows(() => within(640_000));
    await refuses(t, () => within(319_999), 'FILE_INVALID', /maxBytes/);
  });

test('what is no such file is refused, and what is wrong with a value is named', async (t) => {
  const parquet = bytesOf(files.parquet['snappy'] ?? '');
  await refuses(t, () => parseParquet(parquet.subarray(0, 200), options), 'FILE_INVALID', /cannot be read as Parquet/);
  await refuses(t, () => parseParquet(new Uint8Array(), options), 'FILE_INVALID');
  await refuses(t, () => parseParquet(7 as never, options), 'FILE_INVALID', /bytes are 7/);
  await refuses(t, () => parseParquet(bytesOf(files['parquet nested']), options), 'FILE_INVALID', /'x' holds lists/);
  const { fill: _fill, ...strict } = options;
  const named = { ...strict, source: 'a.parquet' };
  await refuses(
    t,
    () => parseParquet(parquet, named),
    'FILE_INVALID',
    /^a\.parquet: row 2, column 'length': the value is missing/,
  );
  await refuses(t, () => parseParquet(parquet, { ...options, target: 'none' }), 'OPTIONS_INVALID', /no column "none"/);
  await refuses(t, () => parseArrow(Uint8Array.of(1, 2, 3), options), 'FILE_INVALID', /cannot be read as Arrow/);
  await refuses(
    t,
    () => parseArrow(bytesOf(files.arrow['file'] ?? ''), { ...options, categorical: [] }),
    'FILE_INVALID',
    /row 0, column 'colour': expected a finite float32 number, found 'red'/,
  );
});

test('JSON lines: objects with the keys of the first', async (t) => {
  const text =
    '{"length":1.5,"day":"1970-01-02","kind":"a"}\n\n{"kind":"b","length":null,"day":"1970-01-01T06:00:00Z"}\r\n{"kind":"a","day":"2000-01-01"}';
  const table = parseJsonLines(text, { target: 'kind', task: 'classification', dates: ['day'], fill: 0 });
  t.deepEqual(numbersOf(table), [
    [1.5, 1, 0, 0.25, 0, 10_957],
    [0, 1, 0],
  ]);
  const task = { target: 'y', task: 'regression' } as const;
  await refuses(t, () => parseJsonLines('{"y":1}\n{"y":2,"z":3}', task), 'FILE_INVALID', /line 2: the key 'z'/);
  await refuses(t, () => parseJsonLines('{"y":1}\n[1]', task), 'FILE_INVALID', /line 2: expected an object/);
  await refuses(t, () => parseJsonLines('{"y":1}\n{', task), 'FILE_INVALID', /line 2: found no JSON/);
  await refuses(t, () => parseJsonLines('{"y":{}}', task), 'FILE_INVALID', /line 1, column 'y'/);
  await refuses(t, () => parseJsonLines('\n', task), 'FILE_INVALID', /no rows/);
});

test('dates are days since 1970, in UTC', async (t) => {
  const days = (texts: readonly string[]) =>
    numbersOf(
      tableOfColumns({ when: texts, y: texts.map(() => 0) }, { target: 'y', task: 'regression', dates: ['when'] }),
    )[0];
  t.deepEqual(
    days(['1970-01-01', '1970-01-02 12:00', '2024-02-29', '1969-12-31T18:00:00-06:00', '1970-01-01T01:30+01:30']),
    [0, 1.5, 19_782, 0, 0],
  );
  for (const wrong of ['2023-02-29', '2024-13-01', '1970-01-01T25:00', '29.2.2024', 'yesterday'])
    await refuses(t, () => days([wrong]), 'FILE_INVALID', /row 0, column 'when': expected a date such as 2024-02-29/);
  const csv = parseCsv('when,y\n2000-01-01,1\n', { target: 'y', task: 'regression', dates: ['when'] });
  t.deepEqual(numbersOf(csv), [[10_957], [1]]);
});

test('lists of values as a table', async (t) => {
  const columns = { length: Float32Array.of(1, 2), big: [1n, 2n], kind: ['b', 'a'] };
  t.deepEqual(numbersOf(tableOfColumns(columns, { target: 'kind', task: 'classification' })), [
    [1, 1, 2, 2],
    [1, 0],
  ]);
  await refuses(
    t,
    () => tableOfColumns({ a: [1], b: [] }, { target: 'a', task: 'regression' }),
    'FILE_INVALID',
    /'b' has 0 values/,
  );
  await refuses(t, () => tableOfColumns({}, { target: 'a', task: 'regression' }), 'OPTIONS_INVALID');
});
