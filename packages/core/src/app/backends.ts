import type { Backend } from '../backend/backend.js';
import { ReferenceBackend } from '../backend/reference/reference-backend.js';
import { CORE_VERSION } from '../registry/core-copy.js';
import { definer } from '../registry/definition.js';
import { object } from '../registry/options/index.js';
import { definePlugin, type NamesOf } from '../registry/plugin.js';

/** Names of the kind `backend` with their options; the package that defines a name adds it by declaration merging. */
export interface Backends extends NamesOf<typeof referencePlugin.backend> {}

declare module '../registry/kinds.js' {
  interface Kinds {
    backend: { catalogue: Backends; instance: Backend };
  }
}

export const defineBackend = definer('backend');

const reference = defineBackend({
  options: object({}),
  description: 'Plain TypeScript, one primitive after the other; slow, and the oracle of all tests.',
  create: () => new ReferenceBackend(),
});

/** The reference backend under the name 'reference'; it is never chosen unless it is named. */
export const referencePlugin = definePlugin({
  name: '@adjoint/core/reference',
  version: CORE_VERSION,
  backend: { reference },
});
