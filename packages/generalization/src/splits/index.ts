export { groupKFold } from './group-k-fold.js';
export { kFold, leaveOneOut, type FoldOptions } from './k-fold.js';
export { nested, type NestedSplit } from './nested.js';
export { repeated } from './repeated.js';
export type { Split } from './split.js';
export { stratifiedKFold } from './stratified-k-fold.js';
export { timeSeriesSplit, type TimeSeriesOptions } from './time-series-split.js';
