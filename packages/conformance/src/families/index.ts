import type { Family } from '../family.js';
import { convolution, convolutionDoubleBackward } from './convolution.js';
import { convolutionTransposed } from './convolution-transposed.js';
import { elementwise } from './elementwise.js';
import { hessianVector } from './hessian-vector.js';
import { matmul } from './matmul.js';
import { pooling } from './pooling.js';
import { reduction } from './reduction.js';
import { resampling } from './resampling.js';
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
  ['conv_transpose1d', convolutionTransposed(1)],
  ['conv_transpose2d', convolutionTransposed(2)],
  ['conv_transpose3d', convolutionTransposed(3)],
  ['pooling', pooling],
  ['resampling', resampling],
  ['hessian_vector', hessianVector],
]);
