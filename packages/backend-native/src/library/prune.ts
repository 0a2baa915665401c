import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A temporary file that is older than this was left by a process that was killed. */
const abandoned = 60 * 60 * 1000;

interface Entry {
  readonly paths: string[];
  bytes: number;
  /** When one of its files was last written or used. */
  time: number;
}

/**
 * Removes the entries of a cache that were not used for longest, until the others have at most `bytes`. The last one stays,
 * since it is about to be used.
 */
export async function prune(directory: string, bytes: number): Promise<void> {
  const entries = await entriesOf(directory);
  let total = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  for (const { paths, bytes: own } of entries.toSorted((a, b) => a.time - b.time).slice(0, -1)) {
    if (total <= bytes) return;
    total -= own;
    for (const path of paths) await rm(path, { force: true });
  }
}

/** What is kept under a key is one entry. Files whose names the cache does not give are left alone. */
async function entriesOf(directory: string): Promise<Entry[]> {
  const entries = new Map<string, Entry>();
  for (const name of await readdir(directory)) {
    const [, key, temporary] = /^([0-9a-f]{64})\.(?:c|so|so\.sha256|check-\d+|([0-9a-f-]{36}.*))$/.exec(name) ?? [];
    if (key === undefined) continue;
    const path = join(directory, name);
    const status = await stat(path).catch(() => undefined);
    if (!status) continue;
    if (temporary !== undefined) {
      if (status.mtimeMs < Date.now() - abandoned) await rm(path, { force: true });
      continue;
    }
    const entry = entries.get(key) ?? { paths: [], bytes: 0, time: 0 };
    entries.set(key, entry);
    entry.paths.push(path);
    entry.bytes += status.size;
    entry.time = Math.max(entry.time, status.mtimeMs);
  }
  return [...entries.values()];
}
