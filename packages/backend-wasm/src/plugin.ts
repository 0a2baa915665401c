import {
  boolean,
  count,
  defineBackend,
  definePlugin,
  documented,
  object,
  optional,
  type OptionsOf,
  type Plugin,
} from '@adjoint/core';
import { WasmBackend } from './wasm-backend.js';

const backend = defineBackend({
  options: object({
    threads: documented(optional(count), 'Threads that compute; as many as the machine runs at once if not given.'),
    portable: documented(optional(boolean, false), 'The same bits in every engine, at about a fifth less speed.'),
  }),
  description: 'WebAssembly with SIMD, generated at run time.',
  create: (options) => new WasmBackend(options),
});

declare module '@adjoint/core' {
  interface Backends {
    wasm: OptionsOf<typeof backend>;
  }
}

/** The backend 'wasm'. */
export const wasm: Plugin = definePlugin({
  name: '@adjoint/backend-wasm',
  version: '0.1.0',
  setup: (host) => host.define('backend', 'wasm', backend),
});
