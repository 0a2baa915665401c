// npm run example -- net-h [-- --full --data DIR]: the figures of a small network on Fashion-MNIST beside those published.
import { isAdjointError } from 'adjoint';
import { experiment } from '@adjoint/experiment';
import { netH } from './net-h.js';

try {
  await experiment(netH);
} catch (error) {
  console.error(isAdjointError(error) ? error.message : error);
  process.exitCode = 1;
}
