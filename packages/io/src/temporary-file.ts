import { createHash, randomUUID } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** This machine, as the names of temporary files have it: several may write to one network folder. */
const machine = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

/** A writer has touched its file within this time, or it is gone; in milliseconds. */
const longestWrite = 24 * 60 * 60 * 1000;

/** A name beside `path` for what becomes its content; it tells who writes. */
export function temporaryPath(path: string): string {
  return join(dirname(path), `.${basename(path)}.${machine}-${process.pid}.${randomUUID()}.tmp`);
}

/** Removes what writers of `path` have left that are dead: killed, or cut off from power. Those of others stay. */
export async function removeLeftovers(path: string): Promise<void> {
  const directory = dirname(path);
  const prefix = `.${basename(path)}.`;
  const names = await readdir(directory).catch(() => []);
  for (const name of names) {
    if (!name.startsWith(prefix)) continue;
    const writer = /^(?:([0-9a-f]{8})-(\d+)\.)?[0-9a-f-]{36}\.tmp$/.exec(name.slice(prefix.length));
    if (!writer) continue;
    const file = join(directory, name);
    const [, host, pid] = writer;
    if (await isDead(file, host === machine ? Number(pid) : undefined)) await rm(file, { force: true }).catch(() => {});
  }
}

/** `pid` is undefined where this machine cannot know the writer. */
async function isDead(file: string, pid: number | undefined): Promise<boolean> {
  if (pid !== undefined && !isRunning(pid)) return true;
  const touched = await stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => Infinity,
  );
  // A container that starts again gives its processes the same numbers.
  const bornLater = pid === process.pid && touched < performance.timeOrigin;
  return bornLater || Date.now() - touched > longestWrite;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user may not be signalled, but it is there.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
