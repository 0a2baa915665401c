import { experiment } from '@adjoint/experiment';
import { definition } from './bias-variance.js';

await experiment(definition);
