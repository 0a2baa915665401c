// The metrics of this package by name. A new one is its file and a line here.
export { accuracy, topK } from './accuracy.js';
export { calibrationError, reliabilityDiagram } from './calibration.js';
export { dice, f1, fBeta, intersectionOverUnion, precision, recall } from './class-scores.js';
export { cohenKappa, confusionMatrix, matthews } from './confusion.js';
export { prAuc, rocAuc } from './curves.js';
export {
  explainedVariance,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  rootMeanSquaredError,
  rSquared,
} from './differences.js';
export { brier, logLoss, perplexity } from './likelihoods.js';
