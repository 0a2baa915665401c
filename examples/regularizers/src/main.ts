// npm run example -- regularizers [-- --full]: what each regularizer does to a network with too few images.
import { isAdjointError } from 'adjoint';
import { experiment } from '@adjoint/experiment';
import { regularizers } from './regularizers.js';

try {
  await experiment(regularizers);
} catch (error) {
  console.error(isAdjointError(error) ? error.message : error);
  process.exitCode = 1;
}
