import { experiment } from '@adjoint/experiment';
import { definition } from './boosting.js';

await experiment(definition);
