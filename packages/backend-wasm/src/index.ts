export { WasmBackend, type WasmBackendOptions } from './wasm-backend.js';
export { wasm } from './plugin.js';
