import test from 'ava';
import type { Choice } from '@adjoint/core';
import { loggedRun } from './run.js';

/** What a run writes to the console; the time of an epoch varies and is left out. */
async function linesOf(logger: Choice<'logger'>, warn = false): Promise<{ log: string[]; warn: string[] }> {
  const written = { log: [] as string[], warn: [] as string[] };
  const { log: originalLog, warn: originalWarn } = console;
  console.log = (line: string) => written.log.push(line.replace(/\d+\.\d s$/, '… s'));
  console.warn = (line: string) => written.warn.push(line);
  try {
    await loggedRun(logger, warn);
  } finally {
    console.log = originalLog;
    console.warn = originalWarn;
  }
  return written;
}

test.serial('an epoch is a line of its mean loss, the validation and its time', async (t) => {
  const { log, warn } = await linesOf('console');
  // (4 + 1)/2 and (0.25 + 0.0625)/2; the validation after w = 1.5 and w = 1.875.
  t.deepEqual(log, [
    'epoch 1/2  loss 2.5000  validation loss 2.2500  … s',
    'epoch 2/2  loss 0.1563  validation loss 1.2656  … s',
  ]);
  t.deepEqual(warn, []);
});

test.serial('steps are written at the interval asked for', async (t) => {
  const { log } = await linesOf({ console: { every: 3 } });
  t.deepEqual(
    log.filter((line) => line.startsWith('step')),
    ['step 3  loss 0.2500  rate 0.250'],
  );
});

test.serial('warnings are written as such', async (t) => {
  const { warn } = await linesOf('console', true);
  t.is(warn.length, 1);
  t.regex(warn[0]!, /the loss is Infinity at step 0. Lower the learning rate/);
});
