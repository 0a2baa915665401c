import { experiment } from '@adjoint/experiment';
import { batchSize } from './batch-size.js';

await experiment(batchSize);
