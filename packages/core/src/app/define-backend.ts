import type { Backend } from '../backend/backend.js';
import { definer } from '../registry/definition.js';
import type { NamesOf } from '../registry/plugin.js';
import type { referencePlugin } from './reference-plugin.js';

/** Names of the kind `backend` with their options; the package that defines a name adds it by declaration merging. */
export interface Backends extends NamesOf<typeof referencePlugin.backend> {}

declare module '../registry/kinds.js' {
  interface Kinds {
    backend: { catalogue: Backends; instance: Backend };
  }
}

export const defineBackend = definer('backend');
