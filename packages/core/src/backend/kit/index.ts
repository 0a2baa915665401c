/**
 * What backends decide alike, once: how a loop program is computed, Winograd's algebra and sizes, vector axes, when
 * threads pay, and how buffers are read, kernels kept and steps timed. Tile shapes and packing are each backend's own.
 */
export { cacheLine, oddLines, wholeLines } from './cache-lines.js';
export { contractionOf, type Contraction, type Factor } from './contraction.js';
export { deviceView, readElements, writeElements } from './device-memory-view.js';
export { KernelCache } from './kernel-cache.js';
export { methodOf, type Method } from './method.js';
export { onceEach } from './once-each.js';
export { programKey } from './program-key.js';
export { isWorthThreadsInRepeat, roughWork } from './rough-work.js';
export { runKernels } from './run-kernels.js';
export { storagePlaces } from './storage-places.js';
export { timedSteps } from './timed-steps.js';
export { stepOf, vectorAxisOf, type VectorAxis } from './vector-axis.js';
export * from './winograd/index.js';
