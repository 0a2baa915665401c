import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { createApp, definePlugin, type WorkProgress } from '@adjoint/core';
import { parseArrow } from '../src/arrow.js';
import { imageFolder } from '../src/images-node.js';
import { csvSource, parseCsv, parseJsonLines, tableOfColumns } from '../src/index.js';
import { dataFiles, loadIdxDirectory, LOADING, openCsvFile, readCsvFile, readJsonLinesFile } from '../src/node.js';
import { parseParquet } from '../src/parquet.js';
import { refuses } from './support.js';

// Whatever loads tells how far it is, as often as it takes a piece.

const options = { target: 'k', task: 'classification' } as const;
/** More than one piece of 1 MiB, of one byte each character. */
const csv = `x,k\n${'12345678,a\n'.repeat(150_000)}`;
const lines = '{"x":12345,"k":"a"}\n'.repeat(80_000);

let directory: string;
test.before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'adjoint-loading-'));
  await writeFile(join(directory, 'long.csv'), csv);
  await writeFile(join(directory, 'long.jsonl'), lines);
});
test.after.always(() => rm(directory, { recursive: true, force: true }));

/** What is told, in short, while something loads. */
async function toldBy(
  load: (watched: { onProgress: (progress: WorkProgress) => void }) => unknown,
): Promise<(readonly [done: number, total: number | undefined, unit: string])[]> {
  const told: WorkProgress[] = [];
  await load({ onProgress: (progress) => told.push(progress) });
  return told.map(({ work, done, total, unit }) => [work === 'loading' ? done : NaN, total, unit]);
}

test('files are told in bytes', async (t) => {
  const piece = 2 ** 20;
  const [ofCsv, ofLines] = [csv.length, lines.length];
  t.true(ofCsv < 2 * piece && ofLines < 2 * piece);
  const inBytes = (total: number, known = true) => [
    [piece, known ? total : undefined, 'bytes'],
    [total, known ? total : undefined, 'bytes'],
  ];
  const path = join(directory, 'long.csv');
  t.deepEqual(await toldBy((watched) => readCsvFile(path, { ...options, ...watched })), inBytes(ofCsv));
  t.deepEqual(await toldBy((watched) => openCsvFile(path, { ...options, ...watched, batchSize: 9 })), inBytes(ofCsv));
  t.deepEqual(
    await toldBy((watched) => readJsonLinesFile(join(directory, 'long.jsonl'), { ...options, ...watched })),
    inBytes(ofLines),
  );
  const bytes = new TextEncoder().encode(csv);
  async function* open(): AsyncGenerator<Uint8Array> {
    yield bytes.subarray(0, piece);
    yield bytes.subarray(piece);
  }
  // How long a stream is nobody knows.
  t.deepEqual(
    await toldBy((watched) => csvSource(open, { ...options, ...watched, batchSize: 9 })),
    inBytes(ofCsv, false),
  );
});

test('texts are told in characters, tables in rows', async (t) => {
  for (const [parse, text] of [
    [parseCsv, csv],
    [parseJsonLines, lines],
  ] as const)
    t.deepEqual(await toldBy((watched) => parse(text, { ...options, ...watched })), [
      [2 ** 20, text.length, 'characters'],
      [text.length, text.length, 'characters'],
    ]);
  const columns = { x: new Float32Array(20_000), k: new Array<string>(20_000).fill('a') };
  t.deepEqual(
    await toldBy((watched) => tableOfColumns(columns, { ...options, ...watched })),
    [4096, 8192, 12_288, 16_384, 20_000].map((done) => [done, 20_000, 'rows'] as const),
  );
  const files = JSON.parse(await readFile(new URL('../../test/tables.json', import.meta.url), 'utf8')) as Readonly<
    Record<'parquet' | 'arrow', Readonly<Record<string, string>>>
  >;
  const of = { target: 'kind', task: 'classification', categorical: ['colour'], fill: -1 } as const;
  for (const [parse, kind] of [
    [parseParquet, 'parquet'],
    [parseArrow, 'arrow'],
  ] as const)
    for (const text of Object.values(files[kind])) {
      const told = await toldBy((watched) => parse(Buffer.from(text, 'base64'), { ...of, ...watched }));
      t.deepEqual(told.at(-1), [4, 4, 'rows']);
    }
});

test('folders are told by what is in them', async (t) => {
  const { png } = JSON.parse(await readFile(new URL('../../test/images.json', import.meta.url), 'utf8')) as {
    readonly png: readonly { readonly bytes: string }[];
  };
  for (const name of ['a', 'b']) {
    await mkdir(join(directory, 'images', name), { recursive: true });
    await writeFile(join(directory, 'images', name, '1.png'), Buffer.from(png[0]!.bytes, 'base64'));
  }
  t.deepEqual(await toldBy((watched) => imageFolder(join(directory, 'images'), watched)), [
    [1, 2, 'folders'],
    [2, 2, 'folders'],
  ]);
  await mkdir(join(directory, 'mnist'));
  for (const part of ['train', 't10k']) {
    await writeFile(
      join(directory, 'mnist', `${part}-images-idx3-ubyte`),
      Uint8Array.from([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 7]),
    );
    await writeFile(
      join(directory, 'mnist', `${part}-labels-idx1-ubyte`),
      Uint8Array.from([0, 0, 8, 1, 0, 0, 0, 1, 3]),
    );
  }
  t.deepEqual(
    await toldBy((watched) => loadIdxDirectory(join(directory, 'mnist'), watched)),
    [1, 2, 3, 4].map((done) => [done, 4, 'files']),
  );
});

test('datasets by name tell a service of the app, and nobody where there is none', async (t) => {
  const choice = { csv: { path: join(directory, 'long.csv'), target: 'k' } } as const;
  const told = await toldBy(async (watched) => {
    const watching = definePlugin({
      name: '@acme/watching',
      version: '1.0.0',
      setup: (host) => host.provide(LOADING, { value: watched }, { override: true }),
    });
    await createApp({ plugins: [dataFiles, watching] }).dataset(choice);
  });
  t.deepEqual(told.at(-1), [csv.length, csv.length, 'bytes']);
  t.is((await createApp({ plugins: [dataFiles] }).dataset(choice)).size, 150_000);
});

test('what is thrown ends the loading, and what is no function is refused', async (t) => {
  const onProgress = (): never => {
    throw new Error('enough');
  };
  await t.throwsAsync(readCsvFile(join(directory, 'long.csv'), { ...options, onProgress }), { message: 'enough' });
  t.throws(() => parseCsv(csv, { ...options, onProgress }), { message: 'enough' });
  await refuses(t, () => parseCsv(csv, { ...options, onProgress: 5 as never }), 'OPTIONS_INVALID', /'onProgress' is 5/);
});
