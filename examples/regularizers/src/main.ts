// npm run example -- regularizers [--full]: what each regularizer does to a network with too few images.
import { experimentProgram } from '@adjoint/experiment';
import { regularizers } from './regularizers.js';

await experimentProgram(regularizers);
