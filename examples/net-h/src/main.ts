// npm run example -- net-h [--full --data DIR]: the figures of a small network on Fashion-MNIST beside those published.
import { experimentProgram } from '@adjoint/experiment';
import { netH } from './net-h.js';

await experimentProgram(netH);
