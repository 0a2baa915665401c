import { open, type FileHandle } from 'node:fs/promises';
import { AdjointError } from '@adjoint/core';
import { checkMaxBytes, valueText } from '@adjoint/core/options';
import { decodeOptions, type LoadFileOptions } from './decode-options.js';

/** Bytes that are asked of the system at once; it refuses 2 GiB. */
const mostAtOnce = 64 * 2 ** 20;

/**
 * @throws AdjointError `FILE_UNREADABLE` if the file does not exist or may not be read; `FILE_INVALID` for one of more than
 * `maxBytes` bytes
 */
export async function readFileBytes(path: string, options: LoadFileOptions = {}): Promise<Uint8Array> {
  const { maxBytes } = decodeOptions(options);
  return withFile(path, async (file, size) => {
    checkMaxBytes(size ?? 0, maxBytes, path);
    // What has no size tells its end itself: a pipe, a device.
    if (size === undefined) return file.readFile();
    const bytes = new Uint8Array(size);
    await readInto(file, 0, bytes);
    return bytes;
  });
}

/** Opens a file for reading; `size` is undefined where it is no regular file. What the system refuses becomes `FILE_UNREADABLE`. */
export async function withFile<T>(
  path: string,
  work: (file: FileHandle, size: number | undefined) => Promise<T>,
): Promise<T> {
  if (typeof path !== 'string')
    throw new AdjointError('FILE_UNREADABLE', `The path is ${valueText(path)}; give a text.`);
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const stats = await file.stat();
    if (stats.isDirectory()) throw new Error('it is a directory');
    return await work(file, stats.isFile() ? stats.size : undefined);
  } catch (cause) {
    if (cause instanceof AdjointError) throw cause;
    throw new AdjointError(
      'FILE_UNREADABLE',
      `${path}: cannot be read (${(cause as Error).message}); check the path and its permissions.`,
      { cause },
    );
  } finally {
    await file?.close();
  }
}

/** Fills `bytes` with what the file holds from `position` on. */
export async function readInto(file: FileHandle, position: number, bytes: Uint8Array): Promise<void> {
  let at = 0;
  while (at < bytes.length) {
    const length = Math.min(mostAtOnce, bytes.length - at);
    const { bytesRead } = await file.read(bytes, at, length, position + at);
    if (bytesRead === 0) throw new Error('it became shorter while it was read');
    at += bytesRead;
  }
}
