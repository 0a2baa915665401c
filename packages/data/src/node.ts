/** What reads files: for Node only. */
export { digits, fashionMnist, loadIdxDirectory, readCsvFile, readIdxFile } from './node/files.js';
export { dataFiles } from './node/plugin.js';
