import { definePlugin, type Plugin } from '@adjoint/core';
import { softVoting } from './soft-voting.js';

/** Ways to make one model of several. */
export const ensembles: Plugin = definePlugin({
  name: '@adjoint/ensembles',
  version: '0.1.0',
  setup: (host) => host.define('ensemble', 'softVoting', softVoting),
});

export default ensembles;
export { softVoting };
