import { experiment } from '@adjoint/experiment';
import { definition } from './bagging.js';

await experiment(definition);
