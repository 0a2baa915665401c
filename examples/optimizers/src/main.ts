import { experiment } from '@adjoint/experiment';
import { optimizers } from './optimizers.js';

await experiment(optimizers);
