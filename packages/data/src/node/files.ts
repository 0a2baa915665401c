import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AdjointError, type Watched } from '@adjoint/core';
import type { ArrayDataset } from '../array-dataset.js';
import { bundledSets, checkContent } from '../bundled.js';
import { assets } from '../assets.js';
import { digits as parseDigits } from '../digits.js';
import { fashionMnist as parseFashionMnist } from '../fashion-mnist.js';
import { readIdx, type IdxArray, type IdxOptions } from '../idx.js';
import { loading } from '../loading.js';
import { labelledImages, type TrainAndTest } from '../labelled-images.js';
import { checkPath, readBytes, unreadable } from './read-file.js';

/** Reads an IDX file, plain or gzip; see `readIdx`. Throws an AdjointError `FILE_UNREADABLE` if there is none. */
export async function readIdxFile(path: string, options: Pick<IdxOptions, 'maxBytes'> = {}): Promise<IdxArray> {
  return readIdx(await readBytes(path), { source: path, ...options });
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
