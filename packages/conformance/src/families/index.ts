import type { Family } from '../family.js';
import { activations } from './activations.js';
import { attention } from './attention.js';
import { biasVariance } from './bias-variance.js';
import { clipGradients } from './clip-gradients.js';
import { convolutionTransposed } from './convolution-transposed.js';
import { convolution, convolutionDoubleBackward } from './convolution.js';
import { elementwise } from './elementwise.js';
import { adaBoostRegression, outOfBagEstimate, samme, sammeReal, uncertaintyOfMembers, votes } from './ensembles.js';
import { hessianVector } from './hessian-vector.js';
import { kFolds } from './k-fold.js';
import { learningRateSchedules } from './learning-rate-schedules.js';
import { losses } from './losses.js';
import { matmul } from './matmul.js';
import { metrics } from './metrics.js';
import { normalisation } from './normalisation.js';
import { optimizersFormula, optimizersSeed, optimizersTorch } from './optimizers.js';
import { pooling } from './pooling.js';
import { recurrent } from './recurrent.js';
import { reduction } from './reduction.js';
import { cutmix, labelSmoothing, mixup, penalties } from './regularizers.js';
import { resampling } from './resampling.js';
import { shape } from './shape.js';
import { training } from './training.js';

/** What the library is checked for, by the name of the family in the files. */
export const families: ReadonlyMap<string, Family> = new Map([
  ['elementwise', elementwise],
  ['reduction', reduction],
  ['matmul', matmul],
  ['shape', shape],
  ['conv1d', convolution(1)],
  ['conv2d', convolution(2)],
  ['conv3d', convolution(3)],
  ['conv_double_backward', convolutionDoubleBackward],
  ['activations', activations],
  ['normalisation', normalisation],
  ['recurrent', recurrent],
  ['attention', attention],
  ['conv_transpose1d', convolutionTransposed(1)],
  ['conv_transpose2d', convolutionTransposed(2)],
  ['conv_transpose3d', convolutionTransposed(3)],
  ['pooling', pooling],
  ['resampling', resampling],
  ['hessian_vector', hessianVector],
  ['losses', losses],
  ['metrics', metrics],
  ['penalties', penalties],
  ['label_smoothing', labelSmoothing],
  ['mixup', mixup],
  ['cutmix', cutmix],
  ['optimizers_seed', optimizersSeed],
  ['optimizers_torch', optimizersTorch],
  ['optimizers_formula', optimizersFormula],
  ['lr_schedules', learningRateSchedules],
  ['clip_gradients', clipGradients],
  ['training', training],
  ['ensembles_vote', votes],
  ['ensembles_uncertainty', uncertaintyOfMembers],
  ['ensembles_samme', samme],
  ['ensembles_samme_r', sammeReal],
  ['ensembles_adaboost_r2', adaBoostRegression],
  ['ensembles_out_of_bag', outOfBagEstimate],
  ['kfold', kFolds],
  ['bias_variance', biasVariance],
]);
