// npm start: trains a convolutional network on Fashion-MNIST.
import { fileURLToPath } from 'node:url';
import { isAdjointError } from 'adjoint';
import { readOptions, usage } from './options.js';
import { profileStep } from './profile-step.js';
import { run } from './run.js';

/** Seen from `dist/src`. */
const defaultOutput = fileURLToPath(new URL('../../output', import.meta.url));
/** What a shell reports for a program ended by SIGINT: 128 + 2. */
const interrupted = 130;

const controller = new AbortController();
// Once: a second signal ends the program at once.
process.once('SIGINT', () => controller.abort('SIGINT'));
try {
  const options = readOptions(process.argv.slice(2), defaultOutput);
  if (options.help) console.log(usage);
  else if (options.profile !== undefined) await profileStep(options.profile, options);
  else {
    const { test } = await run(options, { signal: controller.signal });
    if (!test) process.exitCode = interrupted;
  }
} catch (error) {
  // Our own errors say all in their message; anything else needs its stack.
  console.error(isAdjointError(error) ? error.message : error);
  process.exitCode = 1;
}
