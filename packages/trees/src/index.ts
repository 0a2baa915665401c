import { definePlugin, type NamesOf, type Plugin } from '@adjoint/core';
import { cart } from './cart.js';
import { tree } from './tree.js';

const layer = { tree };
const runner = { cart };

/** Decision trees: a layer, and a runner that grows it. */
export const trees: Plugin = definePlugin({ name: '@adjoint/trees', version: '0.1.0', layer, runner });

declare module '@adjoint/core' {
  interface Layers extends NamesOf<typeof layer> {}
  interface Runners extends NamesOf<typeof runner> {}
}

export default trees;
export { cart, tree };
export { growTree, leafOf, type Limits, type Nodes } from './grow.js';
export { type Sample } from './split.js';
