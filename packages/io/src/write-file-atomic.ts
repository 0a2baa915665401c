import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AdjointError } from '@adjoint/core';
import { valueText } from '@adjoint/core/options';

/**
 * Writes a file so that, whatever happens, `path` holds either what it held before or all of `bytes`: they go to a temporary
 * file in the same directory, are flushed to the disk, and are then renamed.
 * @throws AdjointError `FILE_UNWRITABLE`; the temporary file is removed then
 */
export async function writeFileAtomic(path: string, bytes: Uint8Array): Promise<void> {
  if (typeof path !== 'string')
    throw new AdjointError('FILE_UNWRITABLE', `The path is ${valueText(path)}; give a text.`);
  const directory = dirname(path);
  const temporary = join(directory, `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new AdjointError(
      'FILE_UNWRITABLE',
      `${path}: cannot be written (${(cause as Error).message}); check that the directory exists, is writable and has room. What was there is unchanged.`,
      { cause },
    );
  }
  await flushDirectory(directory);
}

/** Makes the new name survive a power cut; not every platform lets a directory be opened, and then it does so in its own time. */
async function flushDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
