import type { Family } from '../family.js';
import { clipGradients } from './clip-gradients.js';
import { convolution, convolutionDoubleBackward } from './convolution.js';
import { elementwise } from './elementwise.js';
import { hessianVector } from './hessian-vector.js';
import { learningRateSchedules } from './learning-rate-schedules.js';
import { matmul } from './matmul.js';
import { optimizersFormula, optimizersSeed, optimizersTorch } from './optimizers.js';
import { reduction } from './reduction.js';
import { shape } from './shape.js';

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
  ['hessian_vector', hessianVector],
  ['optimizers_seed', optimizersSeed],
  ['optimizers_torch', optimizersTorch],
  ['optimizers_formula', optimizersFormula],
  ['lr_schedules', learningRateSchedules],
  ['clip_gradients', clipGradients],
]);
