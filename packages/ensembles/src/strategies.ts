// The ensemble strategies of this package by name. A new one is its file and a line here.
export { adaBoost, adaBoostRegression } from './boosting/adaboost.js';
export { gradientBoosting } from './boosting/gradient-boosting.js';
export { bagging, pasting } from './resampling/bagging.js';
export { softVoting, voting } from './voting/soft-voting.js';
