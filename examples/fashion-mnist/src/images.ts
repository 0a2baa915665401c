import type { Dataset } from 'adjoint';
import { fashionMnist, loadIdxDirectory } from '@adjoint/data/node';
import type { Options } from './options.js';

/** The images of the directory that the options name, or those that come with the project. */
export function loadImages({ data }: Options): Promise<{ readonly train: Dataset; readonly test: Dataset }> {
  return data === undefined ? fashionMnist() : loadIdxDirectory(data);
}
