import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { AdjointError, type Watched } from '@adjoint/core';
import { valueText } from '@adjoint/core/options';

/** The bytes of a file in pieces. */
export async function* piecesOf(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: 2 ** 20 }) as AsyncIterable<Uint8Array>;
  } catch (cause) {
    unreadable(path, cause);
  }
}

/** Progress in the bytes of a file, with how many there are; nothing is known of what is no file. */
export async function toldOf(path: string, onProgress: Watched['onProgress']): Promise<Watched> {
  const { size } = await stat(path).catch((cause: unknown) => unreadable(path, cause));
  if (typeof onProgress !== 'function' || size === 0) return { ...(onProgress !== undefined && { onProgress }) };
  return { onProgress: (progress) => onProgress({ ...progress, total: size }) };
}

export async function readBytes(path: string | URL): Promise<Uint8Array> {
  if (!(path instanceof URL)) checkPath(path);
  return readFile(path).catch((cause: unknown) => unreadable(String(path), cause));
}

/** Node would take a number for an open file. */
export function checkPath(path: unknown): void {
  if (typeof path !== 'string')
    throw new AdjointError('FILE_UNREADABLE', `The path is ${valueText(path)}; give a text.`);
}

export function unreadable(path: string, cause: unknown): never {
  throw new AdjointError(
    'FILE_UNREADABLE',
    `${path}: cannot be read (${cause instanceof Error ? cause.message : String(cause)}); check the path and its permissions.`,
    { cause },
  );
}
