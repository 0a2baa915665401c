import { readFile } from 'node:fs/promises';
import { AdjointError } from '@adjoint/core';
import { valueText } from '@adjoint/core/options';

/** @throws AdjointError `FILE_UNREADABLE` if the file does not exist or may not be read */
export async function readFileBytes(path: string): Promise<Uint8Array> {
  if (typeof path !== 'string')
    throw new AdjointError('FILE_UNREADABLE', `The path is ${valueText(path)}; give a text.`);
  return readFile(path).catch((cause: unknown) => {
    throw new AdjointError(
      'FILE_UNREADABLE',
      `${path}: cannot be read (${(cause as Error).message}); check the path and its permissions.`,
      { cause },
    );
  });
}
