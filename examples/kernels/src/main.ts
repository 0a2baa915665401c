import { experimentProgram } from '@adjoint/experiment';
import { kernels } from './kernels.js';

await experimentProgram(kernels);
