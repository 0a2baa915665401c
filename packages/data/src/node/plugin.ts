import { defineDataset, definePlugin, type NamesOf, type Plugin } from '@adjoint/core';
import { documented, object, oneOf, optional, string } from '@adjoint/core/options';
import { csvFields, tableFields } from '../table/table-options.js';
import { digits, fashionMnist, loadIdxDirectory } from './files.js';
import { readArrowFile, readCsvFile, readJsonLinesFile, readParquetFile } from './table-files.js';

const part = documented(optional(oneOf('train', 'test'), 'train'), 'Which part.');

const file = documented(string, 'The file.');
const tableFile = object({ path: file, ...tableFields, task: optional(tableFields.task, 'classification') });

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
    create: async (options) => (await loadIdxDirectory(options.directory))[options.part],
  }),

  csv: defineDataset({
    options: object({
      path: file,
      ...csvFields,
      task: optional(csvFields.task, 'classification'),
    }),
    description: 'A table in CSV; categories become numbers.',
    examples: [{ options: { path: 'iris.csv', target: 'species' } }],
    create: async ({ path, ...options }) => (await readCsvFile(path, options)).dataset,
  }),
  jsonLines: defineDataset({
    options: tableFile,
    description: 'A table as JSON lines: an object for each row.',
    examples: [{ options: { path: 'iris.jsonl', target: 'species' } }],
    create: async ({ path, ...options }) => (await readJsonLinesFile(path, options)).dataset,
  }),

  parquet: defineDataset({
    options: tableFile,
    description: 'A table in Parquet.',
    examples: [{ options: { path: 'iris.parquet', target: 'species' } }],
    create: async ({ path, ...options }) => (await readParquetFile(path, options)).dataset,
  }),

  arrow: defineDataset({
    options: tableFile,
    description: "A table in Arrow's IPC format, a file (Feather 2) or a stream.",
    examples: [{ options: { path: 'iris.arrow', target: 'species' } }],
    create: async ({ path, ...options }) => (await readArrowFile(path, options)).dataset,
  }),
};

/** Datasets by name: what this package ships, IDX directories and tables in files. */
export const dataFiles: Plugin = definePlugin({ name: '@adjoint/data/node', version: '0.1.0', dataset });

declare module '@adjoint/core' {
  interface Datasets extends NamesOf<typeof dataset> {}
}
