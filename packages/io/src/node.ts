/** What touches the file system: for Node only. */
export { readFileBytes } from './read-file-bytes.js';
export { writeFileAtomic } from './write-file-atomic.js';
