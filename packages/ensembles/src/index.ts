import { definePlugin, type NamesOf, type Plugin } from '@adjoint/core';
import * as layer from './layers.js';
import * as loss from './losses.js';
import * as ensemble from './strategies.js';

/** Ways to make one model of several: strategies, and the layers that combine members. */
export const ensembles: Plugin = definePlugin({ name: '@adjoint/ensembles', version: '0.1.0', layer, loss, ensemble });

declare module '@adjoint/core' {
  interface Layers extends NamesOf<typeof layer> {}
  interface Losses extends NamesOf<typeof loss> {}
  interface Ensembles extends NamesOf<typeof ensemble> {}
}

export default ensembles;
export * from './layers.js';
export * from './losses.js';
export * from './strategies.js';
export {
  normalized,
  regressionRound,
  sammeRealRound,
  sammeRealScores,
  sammeRound,
  weightedMedian,
  type RegressionRound,
  type Round,
  type SammeRound,
} from './boosting/rounds.js';
export { outOfBag, type OutOfBag } from './resampling/out-of-bag.js';
export { staged } from './staged.js';
export { averageWeights } from './trajectory/soup.js';
export { monteCarlo, probabilitiesOf } from './uncertainty/predict-members.js';
export { uncertainty, type Uncertainty } from './uncertainty/uncertainty.js';
export { countVotes } from './votes/hard-vote.js';
