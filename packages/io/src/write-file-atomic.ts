import { fsync } from 'node:fs';
import { chmod, chown, mkdir, open, readlink, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { AdjointError } from '@adjoint/core';
import { valueText } from '@adjoint/core/options';
import { inTurn } from './in-turn.js';
import { removeLeftovers, temporaryPath } from './temporary-file.js';

/** What a file is to hold: bytes, or pieces of them one after the other. */
export type Content = Uint8Array | readonly Uint8Array[];

/** Not `sync` of the file's handle, which yarn's Plug'n'Play has in name only. */
const flush = promisify(fsync);

/** Bytes that are handed to the system at once. */
const mostAtOnce = 64 * 2 ** 20;

/** Links that are followed before they are taken for a circle. */
const mostLinks = 40;

/**
 * Writes a file so that, whatever happens, `path` holds either what it held before or all of `content`: it goes to a
 * temporary file in the same directory, is flushed to the disk, and is then renamed. Links are followed, and an existing
 * file keeps its mode. Of writes to one path at the same time, the last that was asked for is what the file holds.
 * @throws AdjointError `FILE_UNWRITABLE`; the temporary file is removed then
 */
export async function writeFileAtomic(path: string, content: Content): Promise<void> {
  if (typeof path !== 'string')
    throw new AdjointError('FILE_UNWRITABLE', `The path is ${valueText(path)}; give a text.`);
  return inTurn(path, () => replaceFile(path, content));
}

/** What `writeFileAtomic` does when its turn has come. */
export async function replaceFile(path: string, content: Content): Promise<void> {
  await orUnwritable(path, async () => {
    const { target, before } = await placeOf(path);
    const temporary = temporaryPath(target);
    try {
      // Nobody else reads what may be private.
      const file = await open(temporary, 'wx', before ? 0o600 : 0o666);
      try {
        for (const piece of content instanceof Uint8Array ? [content] : content) await writeAll(file, piece);
        await flush(file.fd);
      } finally {
        await file.close();
      }
      if (before) {
        const own = await stat(temporary);
        if (own.uid !== before.uid || own.gid !== before.gid)
          await chown(temporary, before.uid, before.gid).catch(() => undefined);
        await chmod(temporary, before.mode);
      }
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await flushDirectory(dirname(target));
  });
}

/**
 * Makes the folder of `path`, and tries whether a file can be written there, so that this is known before hours of work.
 * @throws AdjointError `FILE_UNWRITABLE`
 */
export async function prepareFile(path: string): Promise<void> {
  await orUnwritable(path, async () => {
    await makeFolder(dirname(path));
    const { target } = await placeOf(path);
    const temporary = temporaryPath(target);
    try {
      await (await open(temporary, 'wx')).close();
    } finally {
      await rm(temporary, { force: true });
    }
  });
}

/** Not by `recursive` of mkdir, which never returns where the system answers that a parent is missing that is there (/proc). */
async function makeFolder(path: string): Promise<void> {
  if (await stat(path).catch(() => undefined)) return;
  const parent = dirname(path);
  if (parent !== path) await makeFolder(parent);
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    // Another process may have made it.
    if (error.code !== 'EEXIST') throw error;
  });
}

/** Where a path leads to through links, and what is there; leftovers of writers that were killed are removed. */
async function placeOf(path: string) {
  const target = await follow(path);
  const before = await stat(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (before && !before.isFile()) throw new Error('there is something else than a file');
  await removeLeftovers(target);
  return { target, before };
}

/** The file that a path leads to, also where it does not exist yet. */
async function follow(path: string): Promise<string> {
  let at = path;
  for (let links = 0; links < mostLinks; links++) {
    const link = await readlink(at).catch(() => undefined);
    if (link === undefined) return join(dirname(at), basename(at));
    at = resolve(await realpath(dirname(at)), link);
  }
  throw new Error('its links lead in a circle');
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  let at = 0;
  while (at < bytes.length) {
    const { bytesWritten } = await file.write(bytes, at, Math.min(mostAtOnce, bytes.length - at));
    at += bytesWritten;
  }
}

/** What the system refuses becomes `FILE_UNWRITABLE`. */
export async function orUnwritable(path: string, work: () => Promise<void>): Promise<void> {
  await work().catch((cause: unknown) => {
    throw new AdjointError(
      'FILE_UNWRITABLE',
      `${path}: cannot be written (${(cause as Error).message}); check that the directory exists, is writable and has room. What was there is unchanged.`,
      { cause },
    );
  });
}

/** Makes the new name survive a power cut; not every platform lets a directory be opened, and then it does so in its own time. */
async function flushDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r').catch(() => undefined);
  if (handle) await flush(handle.fd).catch(() => undefined);
  await handle?.close();
}
