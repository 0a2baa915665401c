import { experimentProgram } from '@adjoint/experiment';
import { definition } from './bias-variance.js';

await experimentProgram(definition);
