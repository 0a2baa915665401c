import { constants } from 'node:fs';
import { lstat, open, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { AdjointError } from '@adjoint/core';
import { isRunName, runFiles } from '@adjoint/loggers/node';

/** What changes about a run while it goes on. */
export interface RunState {
  readonly id: string;
  /** Bytes of the log. */
  readonly events: number;
  /** Changes when one of the other files does. */
  readonly version: number;
}

/** The most that is read of a log at once, in bytes. */
const mostBytes = 4 * 1024 * 1024;

/** The runs in a folder. Nothing outside of it is read: no links are followed, and names are those of runs alone. */
export class RunFiles {
  private constructor(readonly directory: string) {}

  /** @throws AdjointError `FILE_UNREADABLE` where there is no such folder */
  static async open(directory: string): Promise<RunFiles> {
    try {
      const path = await realpath(directory);
      if (!(await lstat(path)).isDirectory()) throw new Error('it is no folder');
      return new RunFiles(path);
    } catch (cause) {
      throw new AdjointError(
        'FILE_UNREADABLE',
        `${directory}: the runs cannot be read (${(cause as Error).message}); name the folder that the loggers 'run' or 'dashboard' write to.`,
        { cause },
      );
    }
  }

  /** The runs that are there, in the order of their names. */
  async list(): Promise<RunState[]> {
    const entries = await readdir(this.directory, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory() && isRunName(entry.name)).map(({ name }) => name);
    const states = await Promise.all(names.sort().map((id) => this.#state(id)));
    return states.filter((state) => state !== undefined);
  }

  /** A file of a run from byte `from` on, up to some length; undefined if there is none. */
  async read(id: string, file: keyof typeof runFiles, from = 0): Promise<Buffer | undefined> {
    if (!isRunName(id)) return undefined;
    const folder = join(this.directory, id);
    try {
      if (!(await lstat(folder)).isDirectory()) return undefined;
      const path = join(folder, runFiles[file]);
      // Not every system can refuse a link while it opens.
      if (!(await lstat(path)).isFile()) return undefined;
      const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
      try {
        const status = await handle.stat();
        if (!status.isFile()) return undefined;
        const wanted = Math.max(0, Math.min(status.size - from, file === 'events' ? mostBytes : Infinity));
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(wanted), 0, wanted, from);
        return buffer.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    } catch {
      // Missing, a link, or not ours to read.
      return undefined;
    }
  }

  async #state(id: string): Promise<RunState | undefined> {
    const of = (file: keyof typeof runFiles) => lstat(join(this.directory, id, runFiles[file])).catch(() => undefined);
    const [metadata, events, examples] = await Promise.all([of('metadata'), of('events'), of('examples')]);
    if (!metadata?.isFile()) return undefined;
    return { id, events: events?.isFile() ? events.size : 0, version: metadata.mtimeMs + (examples?.mtimeMs ?? 0) };
  }
}
