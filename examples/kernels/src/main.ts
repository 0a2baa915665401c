import { experiment } from '@adjoint/experiment';
import { kernels } from './kernels.js';

await experiment(kernels);
