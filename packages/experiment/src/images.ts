import type { ArrayDataset, TrainAndTest } from '@adjoint/data';
import { fashionMnist, loadIdxDirectory } from '@adjoint/data/node';
import type { Setting } from './experiment.js';

/** The images of the directory that `--data` names, or the Fashion-MNIST images that come with the project. */
export function imagesOf({ data }: Pick<Setting, 'data'>): Promise<TrainAndTest> {
  return data === undefined ? fashionMnist() : loadIdxDirectory(data);
}

/** The first examples, or all where there are fewer. */
export function firstOf(data: ArrayDataset, count: number): ArrayDataset {
  return data.subset(Int32Array.from({ length: Math.min(count, data.size) }, (_, i) => i));
}
