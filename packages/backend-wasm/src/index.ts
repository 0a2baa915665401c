export { WasmBackend, type WasmBackendOptions } from './wasm-backend.js';
export type { RenderedKernel } from './program/rendering.js';
export { wasm } from './plugin.js';
