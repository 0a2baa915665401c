import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AdjointError, type Watched } from '@adjoint/core';
import { valueText } from '@adjoint/core/options';
import type { ArrayDataset } from '../array-dataset.js';
import { bundledSets, checkContent } from '../bundled.js';
import { CsvReader } from '../csv/csv.js';
import type { Table } from '../table/table.js';
import type { TableOptions } from '../table/table-scanner.js';
import type { CsvOptions } from '../csv/csv-scanner.js';
import { csvSource, type CsvSource, type CsvSourceOptions } from '../csv/csv-source.js';
import { textOf } from '../csv/text-decoder.js';
import { assets } from '../assets.js';
import { digits as parseDigits } from '../digits.js';
import { fashionMnist as parseFashionMnist } from '../fashion-mnist.js';
import { readIdx, type IdxArray, type IdxOptions } from '../idx.js';
import { JsonLinesReader } from '../json-lines.js';
import { loading, tellingBytes } from '../loading.js';
import { labelledImages, type TrainAndTest } from '../labelled-images.js';

/** Reads an IDX file, plain or gzip; see `readIdx`. Throws an AdjointError `FILE_UNREADABLE` if there is none. */
export async function readIdxFile(path: string, options: Pick<IdxOptions, 'maxBytes'> = {}): Promise<IdxArray> {
  return readIdx(await readBytes(path), { source: path, ...options });
}

/**
 * Reads a CSV file of any length, piece by piece; see `parseCsv`.
 * @throws AdjointError `FILE_UNREADABLE` if there is none; `FILE_INVALID` also for bytes that are no text in its encoding
 */
export async function readCsvFile(path: string, options: CsvOptions & Watched): Promise<Table> {
  checkPath(path);
  const { onProgress, ...own } = { source: path, ...options };
  const reader = new CsvReader(own);
  for await (const text of textOf(() => toldPiecesOf(path, onProgress), own.encoding, own.source)) reader.push(text);
  return reader.finish();
}

/** Reads a file of JSON lines of any length, piece by piece; see `parseJsonLines`. Throws `FILE_UNREADABLE` if there is none. */
export async function readJsonLinesFile(path: string, options: TableOptions & Watched): Promise<Table> {
  checkPath(path);
  const { onProgress, ...own } = { source: path, ...options };
  const reader = new JsonLinesReader(own);
  for await (const text of textOf(() => toldPiecesOf(path, onProgress), undefined, own.source)) reader.push(text);
  return reader.finish();
}

/** A CSV file of any length as batches, read anew in each epoch; see `csvSource`. Throws `FILE_UNREADABLE` if there is none. */
export async function openCsvFile(path: string, options: CsvSourceOptions): Promise<CsvSource> {
  checkPath(path);
  const total = await sizeOf(path);
  return csvSource(() => piecesOf(path), {
    source: path,
    ...options,
    ...(options?.onProgress && { onProgress: (progress) => options.onProgress?.({ ...progress, ...total }) }),
  });
}

/**
 * Reads a directory with the four files of MNIST or one of its successors: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`,
 * `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte`, each plain or with `.gz`, also spelt with a dot before `idx`.
 * @param options.maxBytes of each array, as `readIdx` takes it
 * @throws AdjointError `FILE_UNREADABLE` naming the file that is missing; `FILE_INVALID`
 */
export async function loadIdxDirectory(
  directory: string,
  options: Pick<IdxOptions, 'maxBytes'> & Watched = {},
): Promise<TrainAndTest> {
  checkPath(directory);
  const { onProgress, ...own } = { ...options };
  const tell = loading(onProgress, 'files', 4);
  const names = await readdir(directory).catch((cause: unknown) => unreadable(directory, cause));
  const part = async (prefix: string): Promise<ArrayDataset> => {
    const read = async (kind: string): Promise<IdxArray> => {
      const spellings = [`${prefix}-${kind}`, `${prefix}-${kind.replace('-idx', '.idx')}`].flatMap((name) => [
        name,
        `${name}.gz`,
      ]);
      const found = spellings.find((name) => names.includes(name));
      if (!found)
        throw new AdjointError(
          'FILE_UNREADABLE',
          `${directory}: there is no ${spellings.join(' or ')}; put the file there or name another directory.`,
        );
      const array = await readIdxFile(join(directory, found), own);
      tell(1);
      return array;
    };
    return labelledImages(await read('images-idx3-ubyte'), await read('labels-idx1-ubyte'), join(directory, prefix));
  };
  return { train: await part('train'), test: await part('t10k') };
}

/** The Fashion-MNIST images that come with this package; see `fashionMnist` of the main entry. */
export async function fashionMnist(): Promise<TrainAndTest> {
  const { files } = bundledSets.fashionMnist;
  const [images, labels] = Object.keys(files);
  return parseFashionMnist({ images: await readAsset(images, files), labels: await readAsset(labels, files) });
}

/** The handwritten digits that come with this package; see `digits` of the main entry. */
export async function digits(): Promise<ArrayDataset> {
  const { files } = bundledSets.digits;
  return parseDigits(await readAsset(Object.keys(files)[0], files));
}

async function readAsset(path: string = '', hashes: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const address = new URL(path, assets);
  return checkContent(await readBytes(address), hashes[path] ?? '', address);
}

async function* piecesOf(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: 2 ** 20 }) as AsyncIterable<Uint8Array>;
  } catch (cause) {
    unreadable(path, cause);
  }
}

/** The same, of which it is told how far they are read. */
async function toldPiecesOf(path: string, onProgress: Watched['onProgress']): Promise<AsyncIterable<Uint8Array>> {
  return tellingBytes(piecesOf(path), loading(onProgress, 'bytes', (await sizeOf(path)).total));
}

/** How much there is to read; nothing is known of what is no file. */
async function sizeOf(path: string): Promise<{ readonly total?: number }> {
  const { size } = await stat(path).catch((cause: unknown) => unreadable(path, cause));
  return size > 0 ? { total: size } : {};
}

async function readBytes(path: string | URL): Promise<Uint8Array> {
  if (!(path instanceof URL)) checkPath(path);
  return readFile(path).catch((cause: unknown) => unreadable(String(path), cause));
}

/** Node would take a number for an open file. */
function checkPath(path: unknown): void {
  if (typeof path !== 'string')
    throw new AdjointError('FILE_UNREADABLE', `The path is ${valueText(path)}; give a text.`);
}

function unreadable(path: string, cause: unknown): never {
  throw new AdjointError(
    'FILE_UNREADABLE',
    `${path}: cannot be read (${cause instanceof Error ? cause.message : String(cause)}); check the path and its permissions.`,
    { cause },
  );
}
