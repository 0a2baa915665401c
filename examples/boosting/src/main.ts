import { experimentProgram } from '@adjoint/experiment';
import { definition } from './boosting.js';

await experimentProgram(definition);
