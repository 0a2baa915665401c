/** What reads files: for Node only. */
export { digits, fashionMnist, loadIdxDirectory, readIdxFile } from './node/files.js';
export { dataFiles, LOADING } from './node/plugin.js';
export {
  openArrowFile,
  openCsvFile,
  openJsonLinesFile,
  openParquetFile,
  readArrowFile,
  readCsvFile,
  readJsonLinesFile,
  readParquetFile,
} from './node/table-files.js';
