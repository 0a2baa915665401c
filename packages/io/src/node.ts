/** What touches the file system: for Node only. */
export { loadCheckpoint, loadModel, loadTrainer, saveCheckpoint, saveModel } from './files.js';
export { readFileBytes } from './read-file-bytes.js';
export { writeFileAtomic } from './write-file-atomic.js';
