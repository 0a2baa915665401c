import { ReferenceBackend } from '../backend/reference/reference-backend.js';
import { CORE_VERSION } from '../registry/core-copy.js';
import { object } from '../registry/options/index.js';
import { definePlugin } from '../registry/plugin.js';
import { defineBackend } from './define-backend.js';

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
