import { experimentProgram } from '@adjoint/experiment';
import { definition } from './bagging.js';

await experimentProgram(definition);
