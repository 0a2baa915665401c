import type { Builder } from '../program.js';
import type { Task } from '../works.js';
import { buildConvolution } from './convolution.js';
import { forwardPass } from './forward.js';
import { buildMatmul } from './matmul.js';
import { cnn, conv1d, conv3d, mlp } from './networks.js';
import { resnet20 } from './resnet20.js';
import { buildTileLoop } from './tile-loop.js';
import { adam, momentum, trainingStep } from './training-step.js';

/** Every task. */
export const builders: Readonly<Record<Task, Builder>> = {
  'tile-loop': buildTileLoop,
  matmul: buildMatmul,
  convolution: buildConvolution,
  'cnn-step': trainingStep(cnn, adam),
  'cnn-forward': forwardPass(cnn),
  'mlp-step': trainingStep(mlp, adam),
  'conv1d-step': trainingStep(conv1d, adam),
  'conv3d-step': trainingStep(conv3d, adam),
  'resnet20-step': trainingStep(resnet20, momentum),
};
