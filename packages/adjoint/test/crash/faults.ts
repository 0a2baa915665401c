import fs, { readdirSync, statSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

/** What happens to a program. */
export interface Faults {
  /** Ends it, as the kernel or power would, at an operation on files, or before a step of training. */
  readonly kill?: { readonly at: 'file' | 'step'; readonly count: number };
  /** Bytes that the disk of its directory holds. */
  readonly room?: number;
}

/** Ends this process here and now: nothing is flushed, closed or told. */
export function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** Puts itself between a program and its files in `directory`. */
export function injectFaults(directory: string, { kill, room }: Faults): void {
  const { promises } = fs;
  let left = kill?.at === 'file' ? kill.count : Infinity;
  const count = (): boolean => --left === 0;
  const isOurs = (path: unknown): boolean => String(path).startsWith(directory);
  /** Dies before the operation or after it: both are moments between two operations. */
  const guarded = <A extends unknown[], R>(work: (...args: A) => Promise<R>): ((...args: A) => Promise<R>) => {
    return async (...args) => {
      if (!isOurs(args[0])) return work(...args);
      if (count()) die();
      const result = await work(...args);
      if (count()) die();
      return result;
    };
  };
  for (const name of ['rename', 'link', 'rm', 'chmod', 'copyFile'] as const)
    Object.assign(promises, { [name]: guarded(promises[name] as never) });

  const { open } = promises;
  const openGuarded = guarded(open);
  Object.assign(promises, {
    open: async (...args: Parameters<typeof open>): Promise<FileHandle> => {
      const file = await openGuarded(...args);
      return isOurs(args[0]) && args[1] !== 'r' ? withFaults(file) : file;
    },
  });
  syncBuiltinESMExports();

  function withFaults(file: FileHandle): FileHandle {
    const write = file.write.bind(file) as (bytes: Uint8Array, at: number, length: number) => Promise<object>;
    const sync = file.sync.bind(file);
    return Object.assign(file, {
      write: async (bytes: Uint8Array, at: number, length: number) => {
        if (count()) {
          await write(bytes, at, Math.floor(length / 2));
          die();
        }
        const fits = room === undefined ? length : Math.max(0, Math.min(length, room - usedIn(directory)));
        if (fits === length) return write(bytes, at, length);
        if (fits > 0) await write(bytes, at, fits);
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      },
      sync: async () => {
        if (count()) die();
        await sync();
      },
    });
  }
}

/** Bytes of all files in a folder; two names of one file count once. */
function usedIn(directory: string): number {
  const files = readdirSync(directory).map((name) => statSync(join(directory, name)));
  return [...new Map(files.map(({ ino, size }) => [ino, size])).values()].reduce((sum, size) => sum + size, 0);
}
