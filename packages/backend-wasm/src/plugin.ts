import { defineBackend, definePlugin, type NamesOf, type Plugin } from '@adjoint/core';
import { between, boolean, count, documented, object, optional } from '@adjoint/core/options';
import { mostMegabytes } from './memory/wasm-memory.js';
import { WasmBackend } from './wasm-backend.js';

const backend = {
  wasm: defineBackend({
    options: object({
      threads: documented(optional(count), 'Threads that compute; as many as the machine runs at once if not given.'),
      portable: documented(optional(boolean, false), 'The same bits in every engine, at about a fifth less speed.'),
      maxMegabytes: documented(
        optional(between(1, mostMegabytes)),
        'Most MiB of memory; all that 32 bits can address if not given.',
      ),
    }),
    description: 'WebAssembly with SIMD, generated at run time.',
    create: (options) => new WasmBackend(options),
  }),
};

/** The backend 'wasm'. */
export const wasm: Plugin = definePlugin({ name: '@adjoint/backend-wasm', version: '0.1.0', backend });

declare module '@adjoint/core' {
  interface Backends extends NamesOf<typeof backend> {}
}
