import { experimentProgram } from '@adjoint/experiment';
import { optimizers } from './optimizers.js';

await experimentProgram(optimizers);
