import type { Backend } from '../backend/backend.js';
import { AdjointError, isAdjointError } from '../errors.js';
import type { Choice } from '../registry/kinds.js';
import type { Registry } from '../registry/registry.js';

/**
 * The first of the wanted backends that can be had here, with a warning for each that cannot; without a wish, the first
 * registered one other than the reference.
 * @throws {AdjointError} BACKEND_MISSING
 */
export function createBackend(registry: Registry, wanted: readonly Choice<'backend'>[]): Backend {
  const registered = registry.names('backend').filter((name) => name !== 'reference');
  const candidates = wanted.length > 0 ? wanted : (registered as Choice<'backend'>[]);
  for (const [i, backend] of candidates.entries()) {
    try {
      return registry.create('backend', backend);
    } catch (error) {
      const isLast = i === candidates.length - 1;
      if (isLast || !isAdjointError(error) || error.code !== 'BACKEND_MISSING') throw error;
      console.warn(`${error.message}\nThis app goes on without it.`);
    }
  }
  throw new AdjointError(
    'BACKEND_MISSING',
    "This app has no backend to compute with. Use one: createApp().use(wasm) with the plugin of @adjoint/backend-wasm; or, for tests, createApp({ backend: 'reference' }), which is slow.",
  );
}
