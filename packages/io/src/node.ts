/** What touches the file system and the process: for Node only. */
export { checkpointFiles } from './checkpoint-files.js';
export { loadCheckpoint, loadModel, loadTrainer, saveCheckpoint, saveModel } from './files.js';
export { handleSignals, type Interruption } from './handle-signals.js';
export type { LoadFileOptions } from './decode-options.js';
export { readFileBytes } from './read-file-bytes.js';
export { readSafetensors } from './read-safetensors.js';
export { prepareFile, writeFileAtomic, type Content } from './write-file-atomic.js';
