import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until no other process sets up the same checkout, and returns the function that lets the next one in.
 * The file lies outside the checkout, since node_modules may not exist yet. A lock whose owner died is taken over.
 */
export async function acquireLock(checkout) {
  const name = createHash('sha256').update(checkout).digest('hex').slice(0, 16);
  const file = join(tmpdir(), `adjoint-setup-${name}.lock`);
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (attempt === 50) console.error(`Waiting for another setup of this checkout to end (it holds ${file}).`);
    if (isAbandoned(file)) rmSync(file, { force: true });
    else await sleep(100);
  }
}

function isAbandoned(file) {
  try {
    const owner = Number(readFileSync(file, 'utf8'));
    if (owner > 0) process.kill(owner, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}
