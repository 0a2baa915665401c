import test from 'ava';
import type { ErrorCode } from '@adjoint/core';
import fc from 'fast-check';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StrictDecoder } from '../src/table/text-decoder.js';
import { CsvReader, parseCsv, type CsvOptions } from '../src/index.js';
import { readCsvFile } from '../src/node.js';
import { range, refuses } from './support.js';

const flowers = `width,colour,"petals, whole",kind
1.5,red,5,rose
-2e1,blue,4,iris
.25,red,6,"old ""rose"""
`;
const classify: CsvOptions = { target: 'kind', task: 'classification', categorical: ['colour'], source: 'flowers.csv' };

test('a table for classification: numbers, codes of sorted categories, classes', (t) => {
  const table = parseCsv(flowers, classify);
  t.deepEqual(table.columns, ['width', 'colour', 'petals, whole']);
  t.deepEqual({ ...table.categories }, { colour: ['blue', 'red'], kind: ['iris', 'old "rose"', 'rose'] });
  const {
    inputs,
    targets: [targets],
  } = table.dataset.batch(range(3));
  t.deepEqual(inputs, [{ data: Float32Array.of(1.5, 1, 5, -20, 0, 4, 0.25, 1, 6), shape: [3, 3], dtype: 'float32' }]);
  t.deepEqual(targets, { data: Int32Array.of(2, 0, 1), shape: [3], dtype: 'int32' });
});

test('a table for regression, without a header, columns by number, another delimiter, Windows line ends and a byte-order mark', (t) => {
  const table = parseCsv('\ufeff1;2;3\r\n4;5;6\r\n\r\n', {
    target: 1,
    task: 'regression',
    header: false,
    delimiter: ';',
  });
  t.deepEqual(table.columns, ['0', '2']);
  const {
    inputs,
    targets: [targets],
  } = table.dataset.batch(range(2));
  t.deepEqual(inputs[0]!.data, Float32Array.of(1, 3, 4, 6));
  t.deepEqual(targets, { data: Float32Array.of(2, 5), shape: [2, 1], dtype: 'float32' });
});

test('classes that are numbers are sorted as numbers', (t) => {
  const table = parseCsv('x,y\n0,10\n0,9\n0,2\n', { target: 'y', task: 'classification' });
  t.deepEqual(table.categories['y'], ['2', '9', '10']);
});

test('a test table is coded like its training table', async (t) => {
  const { categories } = parseCsv(flowers, classify);
  const table = parseCsv('width,colour,petals,kind\n1,red,1,rose\n', { ...classify, categories });
  t.deepEqual([...table.dataset.allTargets().data], [2]);
  await refuses(
    t,
    () => parseCsv('width,colour,petals,kind\n1,green,1,rose\n', { ...classify, categories }),
    'FILE_INVALID',
    /line 2, column 'colour': 'green'/,
    /blue, red/,
  );
});

test('errors name file, line and column', async (t) => {
  const wrong = (text: string, options: Partial<CsvOptions>, code: ErrorCode, ...patterns: RegExp[]): Promise<void> =>
    refuses(t, () => parseCsv(text, { ...classify, ...options }), code, ...patterns);
  const regression = { target: 'b', task: 'regression', categorical: [] } as const;
  await wrong('a,b\n1,2\n,3\n', regression, 'FILE_INVALID', /flowers\.csv: line 3, column 'a': the value is missing/);
  await wrong('a,b\n1,2\n\n4,  \n', regression, 'FILE_INVALID', /line 4, column 'b': the value is missing/);
  await wrong(
    'a,b\nred,2\n',
    regression,
    'FILE_INVALID',
    /line 2, column 'a': expected a finite float32 number, found 'red'/,
    /categorical/,
  );
  for (const text of ['NaN', 'Infinity', '0x10', '1e39', '1,5'.replace(',', ' ')])
    await wrong(`a,b\n1,${text}\n`, regression, 'FILE_INVALID', /line 2, column 'b'/);
  await wrong('a,b\n1,2,3\n', regression, 'FILE_INVALID', /flowers\.csv/, /line 2/);
  await wrong('a,b\n1,"2\n', regression, 'FILE_INVALID', /flowers\.csv/, /quote/i);
  await wrong('a,a\n1,2\n', { ...regression, target: 'a' }, 'FILE_INVALID', /two columns are called 'a'/);
  await wrong('a,b\n', regression, 'FILE_INVALID', /no rows/);
  await wrong('', regression, 'FILE_INVALID', /no rows/);
  await wrong('a,b\n1,2\n', { ...regression, target: 'c' }, 'OPTIONS_INVALID', /no column "c"; the columns are a, b/);
  await wrong('a,b\n1,2\n', { ...regression, categorical: [2] }, 'OPTIONS_INVALID', /no column 2/);
});

test('a column may be called __proto__', (t) => {
  const table = parseCsv('__proto__,y\nred,1\nblue,2\n', {
    target: 'y',
    task: 'regression',
    categorical: ['__proto__'],
  });
  t.deepEqual(table.columns, ['__proto__']);
  t.deepEqual([...table.dataset.batch(range(2)).inputs[0]!.data], [1, 0]);
});

test('a table in pieces is the table as a whole, wherever it is cut', (t) => {
  const whole = parseCsv(flowers, classify);
  fc.assert(
    fc.property(fc.array(fc.nat(flowers.length), { maxLength: 6 }), (cuts) => {
      const reader = new CsvReader(classify);
      const places = [0, ...cuts.toSorted((a, b) => a - b), flowers.length];
      for (let i = 1; i < places.length; i++) reader.push(flowers.slice(places[i - 1], places[i]));
      const table = reader.finish();
      t.deepEqual(table.categories, whole.categories);
      t.deepEqual(table.dataset.batch(range(3)), whole.dataset.batch(range(3)));
    }),
    { seed: 1 },
  );
});

const regression = { target: 'y', task: 'regression' } as const;

test('missing values are refused, or filled as asked for', async (t) => {
  const text = 'x,kind,y\n1,a,1\nNA,,2\n4,b,3\n';
  const options = { ...regression, categorical: ['kind'], missing: ['', 'NA'] };
  const refused = /line 3, column 'x': the value is missing.*'fill'/;
  await refuses(t, () => parseCsv(text, options), 'FILE_INVALID', refused);
  const inputs = (fill: 'mean' | number): number[] => [
    ...parseCsv(text, { ...options, fill }).dataset.batch(range(3)).inputs[0]!.data,
  ];
  t.deepEqual(inputs('mean'), [1, 1, 2.5, 0, 4, 2]);
  t.deepEqual(inputs(0), [1, 1, 0, 0, 4, 2]);
});

test('a header that is missing is noticed', async (t) => {
  const text = '1,2\n3,4\n';
  await refuses(t, () => parseCsv(text, { ...regression, target: 1 }), 'FILE_INVALID', /first line holds numbers/);
  t.is(parseCsv(text, { ...regression, target: 1, header: false }).dataset.size, 2);
  t.is(parseCsv(text, { ...regression, target: 1, header: true }).dataset.size, 1);
});

test('unknown options and encodings are refused', async (t) => {
  const misspelt = { ...regression, catgorical: ['x'] } as CsvOptions;
  await refuses(t, () => parseCsv('x,y\n1,2\n', misspelt), 'OPTIONS_INVALID', /did you mean 'categorical'/);
  await refuses(
    t,
    () => new StrictDecoder('latin-17', 'a.csv').decode(Uint8Array.of(65), false),
    'OPTIONS_INVALID',
    /latin-17/,
  );
});

test('files come in the encodings that programs write; mixed-up bytes are refused', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'adjoint-csv-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const read = async (bytes: Uint8Array, encoding?: string): Promise<readonly string[]> => {
    await writeFile(join(folder, 'table.csv'), bytes);
    const options = { ...regression, categorical: ['grade'], ...(encoding !== undefined && { encoding }) };
    return (await readCsvFile(join(folder, 'table.csv'), options)).categories['grade']!;
  };
  const text = 'grade,y\nè,1\né,2\n';
  const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le');
  t.deepEqual(await read(Buffer.from(text)), ['è', 'é']);
  t.deepEqual(await read(Buffer.from(`\ufeff${text}`)), ['è', 'é']);
  t.deepEqual(await read(utf16), ['è', 'é']);
  t.deepEqual(await read(utf16.swap16()), ['è', 'é']);
  t.deepEqual(await read(Buffer.from(text, 'latin1'), 'latin1'), ['è', 'é']);
  await refuses(t, () => read(Buffer.from(text, 'latin1')), 'FILE_INVALID', /is not UTF-8.*latin1/);
  await refuses(t, () => readCsvFile(join(folder, 'none.csv'), regression), 'FILE_UNREADABLE', /none\.csv/);
});

test('messages are cut, and long fields, many columns and an open quote take no time', async (t) => {
  const long = 'x'.repeat(1_000_000);
  for (const text of [`${'1'.repeat(100_000)}x,1`, `${long},1`]) {
    const error = t.throws(() => parseCsv(`x,y\n${text}\n`, regression), { code: 'FILE_INVALID' });
    t.true(error.message.length < 500);
  }
  const kinds = { ...regression, categorical: ['x'], categories: { x: [long, ...range(1000)].map(String) } };
  t.true(t.throws(() => parseCsv('x,y\nz,1\n', kinds), { code: 'FILE_INVALID' }).message.length < 2000);
  const names = Array.from({ length: 20_000 }, (_, i) => `c${i}`);
  t.is(
    parseCsv(`${names.join()}\n${names.map(() => 1).join()}\n`, { ...regression, target: 'c0' }).columns.length,
    19_999,
  );
  const reader = new CsvReader(regression);
  reader.push('x,y\n"');
  t.throws(
    () => {
      for (let i = 0; i < 40; i++) reader.push(long);
    },
    { code: 'FILE_INVALID', message: /a quote not closed/ },
  );
});
