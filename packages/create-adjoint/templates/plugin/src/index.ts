import { definePlugin, type NamesOf } from '@adjoint/core';
import { gate } from './gate.js';
import { signum } from './signum.js';

const plugin = definePlugin({
  name: 'PACKAGE_NAME',
  version: '0.1.0',
  layer: { 'VENDOR/gate': gate },
  optimizer: { 'VENDOR/signum': signum },
});

declare module '@adjoint/core' {
  interface Layers extends NamesOf<typeof plugin.layer> {}
  interface Optimizers extends NamesOf<typeof plugin.optimizer> {}
}

export default plugin;
export { gate, signum };
