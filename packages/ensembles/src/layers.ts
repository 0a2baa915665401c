// The layers that combine the outputs of members. A new one is its file and a line here.
export { averageVote, linearVote, medianVote, sumVote } from './votes/averages.js';
export { boostedVote } from './votes/boosted-vote.js';
export { selectFeatures } from './resampling/random-subspace.js';
export { hardVote } from './votes/hard-vote.js';
export { mixtureVote } from './votes/mixture-vote.js';
export { softVote } from './votes/soft-vote.js';
