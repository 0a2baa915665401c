export { WasmBackend, type WasmBackendOptions } from './wasm-backend.js';
