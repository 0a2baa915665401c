// The ensemble strategies of this package by name. A new one is its file and a line here.
export { adaBoost, adaBoostRegression } from './boosting/adaboost.js';
export { gradientBoosting } from './boosting/gradient-boosting.js';
export { negativeCorrelation } from './joint/negative-correlation.js';
export { bagging, pasting } from './resampling/bagging.js';
export { randomSubspace } from './resampling/random-subspace.js';
export { stacking } from './stacking/stacking.js';
export { fastGeometric, snapshots } from './trajectory/snapshots.js';
export { soup } from './trajectory/soup.js';
export { deepEnsemble } from './voting/deep-ensemble.js';
export { softVoting, voting } from './voting/soft-voting.js';
