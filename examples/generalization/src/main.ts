// npm run example -- generalization [--full]: under- and over-fitting, learning curves, cross-validation and a search.
import { experimentProgram } from '@adjoint/experiment';
import { generalization } from './generalization.js';

await experimentProgram(generalization);
