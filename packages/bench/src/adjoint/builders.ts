import type { Builder } from '../program.js';
import type { Task } from '../works.js';
import { buildConvolution } from './convolution.js';
import { forwardPass } from './forward.js';
import { buildMatmul } from './matmul.js';
import { cnn, mlp } from './networks.js';
import { buildTileLoop } from './tile-loop.js';
import { trainingStep } from './training-step.js';

/** Every task on the wasm backend. */
export const builders: Readonly<Record<Task, Builder>> = {
  'tile-loop': buildTileLoop,
  matmul: buildMatmul,
  convolution: buildConvolution,
  'cnn-step': trainingStep(cnn),
  'cnn-forward': forwardPass(cnn),
  'mlp-step': trainingStep(mlp),
};
