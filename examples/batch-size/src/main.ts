import { experimentProgram } from '@adjoint/experiment';
import { batchSize } from './batch-size.js';

await experimentProgram(batchSize);
