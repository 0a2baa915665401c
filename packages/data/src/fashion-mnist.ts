import { custom, schemaOf, validateOptions } from '@adjoint/core/options';
import { bytesOf, isBytesSource, nameOf, type BytesSource } from './bytes-source.js';
import { readIdx } from './idx.js';
import { labelledImages, type TrainAndTest } from './labelled-images.js';

/** The class of each label. */
export const fashionMnistClasses = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
] as const;

/** The two files of `assets/fashion-mnist`: `t10k-images-idx3-ubyte.gz` and `t10k-labels-idx1-ubyte.gz`. */
export interface FashionMnistFiles {
  readonly images: BytesSource;
  readonly labels: BytesSource;
}

const file = custom<BytesSource>(isBytesSource, 'bytes, or the address of a file');
const filesOption = schemaOf<FashionMnistFiles>({ images: file, labels: file });

/**
 * The ten thousand Fashion-MNIST images of this package: the first 8,000 to train on, the last 2,000 to test on. Images are
 * float32 `[N, 1, 28, 28]` in [0, 1], labels int32 `[N]`.
 * Source: Xiao, Rasul & Vollgraf 2017, arXiv:1708.07747 (the test part of the published set).
 * @throws AdjointError `FILE_UNREADABLE` or `FILE_INVALID`
 */
export async function fashionMnist(files: FashionMnistFiles): Promise<TrainAndTest> {
  validateOptions(filesOption, files, 'fashionMnist');
  const name = nameOf(files.images, 'Fashion-MNIST images');
  const images = await readIdx(await bytesOf(files.images), { source: name });
  const labels = await readIdx(await bytesOf(files.labels), { source: nameOf(files.labels, 'Fashion-MNIST labels') });
  const all = labelledImages(images, labels, name);
  const numbers = Int32Array.from({ length: all.size }, (_, i) => i);
  return { train: all.subset(numbers.subarray(0, 8000)), test: all.subset(numbers.subarray(8000)) };
}
