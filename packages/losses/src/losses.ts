// The losses of this package by name. A new one is its file and a line here.
export { binaryCrossEntropy } from './binary-cross-entropy.js';
export { crossEntropy } from './cross-entropy.js';
export { ctc } from './ctc.js';
export { dice } from './dice.js';
export { huber, logCosh, meanAbsoluteError, meanSquaredError, quantile, smoothL1 } from './differences.js';
export { jensenShannon, klDivergence } from './divergences.js';
export { focal } from './focal.js';
export { infoNce } from './info-nce.js';
export { gaussian, poisson } from './likelihoods.js';
export { hinge, multiLabelMargin, multiMargin, squaredHinge } from './margins.js';
export { negativeLogLikelihood } from './negative-log-likelihood.js';
export { contrastive, cosineEmbedding } from './pairs.js';
export { triplet } from './triplet.js';
