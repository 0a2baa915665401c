/** What authors of backends need: the contract, programs and their loops, and what backends decide alike. */
export type { Backend, DeviceBuffer, Executable, RenderedKernel } from './backend.js';
export { ReferenceBackend } from './reference/reference-backend.js';
export * from './kit/index.js';
export * from '../compiler/index.js';
export * from '../loops/index.js';
export { convertElements } from '../tensor/convert-elements.js';
export { topologicalOrder } from '../graph/topological-order.js';
export { errorFunction } from '../math/error-function.js';
export { threefry2x32 } from '../random/threefry.js';
