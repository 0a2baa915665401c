// npm start: trains a convolutional network on Fashion-MNIST.
import { fileURLToPath } from 'node:url';
import { isAdjointError } from 'adjoint';
import { handleSignals } from '@adjoint/io/node';
import { readOptions, usage } from './options.js';
import { profileStep } from './profile-step.js';
import { run } from './run.js';

/** Seen from `dist/src`. */
const defaultOutput = fileURLToPath(new URL('../../output', import.meta.url));
const { signal } = handleSignals();
try {
  const options = readOptions(process.argv.slice(2), defaultOutput);
  if (options.help) console.log(usage);
  else if (options.profile !== undefined) await profileStep(options.profile, options);
  else {
    const { test } = await run(options, { signal });
    // A signal that came too late to interrupt anything.
    if (test) process.exitCode = 0;
  }
} catch (error) {
  // Our own errors say all in their message; anything else needs its stack.
  console.error(isAdjointError(error) ? error.message : error);
  process.exitCode = 1;
}
