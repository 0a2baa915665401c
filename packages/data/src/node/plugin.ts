import { defineDataset, definePlugin, serviceToken, type NamesOf, type Plugin, type Watched } from '@adjoint/core';
import { documented, object, oneOf, optional, string } from '@adjoint/core/options';
import { csvFields, tableFields } from '../table/table-options.js';
import { digits, fashionMnist, loadIdxDirectory } from './files.js';
import { readArrowFile, readCsvFile, readJsonLinesFile, readParquetFile } from './table-files.js';

/**
 * What datasets that are chosen by name tell while they load. A plugin shows it in an app:
 *
 *     definePlugin({ …, setup: (host) => host.provide(LOADING, { value: { onProgress } }, { override: true }) })
 */
export const LOADING = serviceToken<Watched>('loading');

const part = documented(optional(oneOf('train', 'test'), 'train'), 'Which part.');

const file = documented(string, 'The file.');

/** A table in a file that is no text of columns. */
const tableIn = (example: string, description: string, read: typeof readParquetFile) =>
  defineDataset({
    options: object({ path: file, ...tableFields, task: optional(tableFields.task, 'classification') }),
    description,
    examples: [{ options: { path: example, target: 'species' } }],
    create: async ({ path, ...options }, { resolve }) =>
      (await read(path, { ...options, ...resolve(LOADING) })).dataset,
  });

const dataset = {
  fashionMnist: defineDataset({
    options: object({ part }),
    description:
      'Fashion-MNIST: 8,000 images to train on, 2,000 to test on, float32 [1, 28, 28] in [0, 1], ten classes.',
    source: 'Xiao et al. 2017, arXiv:1708.07747',
    create: async (options) => (await fashionMnist())[options.part],
  }),

  digits: defineDataset({
    options: object({}),
    description: 'Optical recognition of handwritten digits: 1,797 images of 8 × 8, ten classes.',
    source: 'Alpaydin & Kaynak 1998, UCI Machine Learning Repository',
    create: () => digits(),
  }),

  idx: defineDataset({
    options: object({ directory: documented(string, 'Where the four IDX files are.'), part }),
    description: 'Images and labels in the IDX format of MNIST, plain or gzip.',
    examples: [{ options: { directory: 'mnist', part: 'test' } }],
    create: async (options, { resolve }) => (await loadIdxDirectory(options.directory, resolve(LOADING)))[options.part],
  }),

  csv: defineDataset({
    options: object({
      path: file,
      ...csvFields,
      task: optional(csvFields.task, 'classification'),
    }),
    description: 'A table in CSV; categories become numbers.',
    examples: [{ options: { path: 'iris.csv', target: 'species' } }],
    create: async ({ path, ...options }, { resolve }) =>
      (await readCsvFile(path, { ...options, ...resolve(LOADING) })).dataset,
  }),
  jsonLines: tableIn('iris.jsonl', 'A table as JSON lines: an object for each row.', readJsonLinesFile),
  parquet: tableIn('iris.parquet', 'A table in Parquet.', readParquetFile),
  arrow: tableIn('iris.arrow', "A table in Arrow's IPC format, a file (Feather 2) or a stream.", readArrowFile),
};

/** Datasets by name: what this package ships, IDX directories and tables in files. */
export const dataFiles: Plugin = definePlugin({
  name: '@adjoint/data/node',
  version: '0.1.0',
  dataset,
  setup: (host) => host.provide(LOADING, { value: {} }),
});

declare module '@adjoint/core' {
  interface Datasets extends NamesOf<typeof dataset> {}
}
