/** Jobs on all cores, in a pool of worker threads: for Node only. */
export { workers } from './plugin.js';
export { WorkerPool, type WorkerPoolOptions } from './worker-pool.js';
