import { AdjointError } from '@adjoint/core';
import { valueText } from '@adjoint/core/options';

declare global {
  // Merges with what DOM or Node declare, and stands in where a program has the types of neither.
  interface URL {}
}

/** Bytes at hand, or an address to fetch them from. */
export type BytesSource = Uint8Array | URL | string;

export function isBytesSource(value: unknown): value is BytesSource {
  return typeof value === 'string' || value instanceof Uint8Array || value instanceof URL;
}

/** @throws AdjointError `FILE_UNREADABLE` if the address cannot be fetched */
export async function bytesOf(source: BytesSource): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  if (!isBytesSource(source))
    throw new AdjointError(
      'FILE_UNREADABLE',
      `A file is given as its bytes or its address; found ${valueText(source)}.`,
    );
  const response = await fetch(source).catch((cause: unknown) => {
    throw new AdjointError(
      'FILE_UNREADABLE',
      `${String(source)}: could not be fetched; check the address and the connection.`,
      { cause },
    );
  });
  if (!response.ok)
    throw new AdjointError(
      'FILE_UNREADABLE',
      `${String(source)}: the server answered ${response.status} ${response.statusText}; check the address.`,
    );
  return new Uint8Array(await response.arrayBuffer());
}

/** How errors call a source. */
export function nameOf(source: BytesSource, otherwise: string): string {
  return source instanceof Uint8Array ? otherwise : String(source);
}
