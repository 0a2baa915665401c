import test from 'ava';
import { parseCsv, type CsvOptions } from '../src/index.js';
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
  const wrong = (text: string, options: Partial<CsvOptions>, code: string, ...patterns: RegExp[]): Promise<void> =>
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
