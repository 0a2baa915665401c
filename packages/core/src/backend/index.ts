export type { Backend, DeviceBuffer, Executable } from './backend.js';
export { ReferenceBackend } from './reference/reference-backend.js';
export * from './kit/index.js';
