/** What reads files: for Node only. */
export {
  digits,
  fashionMnist,
  loadIdxDirectory,
  openCsvFile,
  readCsvFile,
  readIdxFile,
  readJsonLinesFile,
} from './node/files.js';
export { dataFiles, LOADING } from './node/plugin.js';
