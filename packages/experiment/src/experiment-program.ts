import { isAdjointError } from '@adjoint/core';
import { experiment, type Experiment } from './experiment.js';

/** An experiment as a program: what the command line has wrong is told in words, without a stack. */
export async function experimentProgram(definition: Experiment): Promise<void> {
  try {
    await experiment(definition);
  } catch (error) {
    console.error(isAdjointError(error) ? error.message : error);
    process.exitCode = 1;
  }
}
