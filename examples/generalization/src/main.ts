// npm run example -- generalization [-- --full]: under- and over-fitting, learning curves, cross-validation and a search.
import { isAdjointError } from 'adjoint';
import { experiment } from '@adjoint/experiment';
import { generalization } from './generalization.js';

try {
  await experiment(generalization);
} catch (error) {
  console.error(isAdjointError(error) ? error.message : error);
  process.exitCode = 1;
}
