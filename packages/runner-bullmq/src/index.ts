/** Jobs on many machines, through a queue in Redis: for Node only. */
export { bullmq } from './plugin.js';
export { QueueWorker, type QueueWorkerOptions } from './queue-worker.js';
export { runWorker } from './run-worker.js';
