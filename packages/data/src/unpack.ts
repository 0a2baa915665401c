import { AdjointError } from '@adjoint/core';

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Unpacks gzip, or what PNG holds (deflate in zlib's frame). `limit` looks at what has been unpacked so far and says how many bytes there may be in all (`undefined` while it
 * cannot tell), so that a small file which unpacks to gigabytes is refused before it fills the memory.
 * @throws AdjointError `FILE_INVALID` if the data are damaged or exceed the limit
 */
export async function unpack(
  bytes: Uint8Array,
  format: 'gzip' | 'deflate',
  source: string,
  limit: (start: Uint8Array) => number | undefined,
): Promise<Uint8Array> {
  const reader = new Blob([bytes.slice()]).stream().pipeThrough(new DecompressionStream(format)).getReader();
  let unpacked = new Uint8Array(Math.max(1024, bytes.length * 2));
  let length = 0;
  let most: number | undefined;
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new AdjointError(
        'FILE_INVALID',
        `${source}: the ${format} data are damaged or cut off after ${length} unpacked bytes; get the file again.`,
        { cause },
      );
    });
    if (done) return unpacked.slice(0, length);
    if (length + value.length > unpacked.length) {
      const larger = new Uint8Array(Math.max(length + value.length, unpacked.length * 2));
      larger.set(unpacked.subarray(0, length));
      unpacked = larger;
    }
    unpacked.set(value, length);
    length += value.length;
    most ??= limit(unpacked.subarray(0, length));
    if (most !== undefined && length > most) {
      void reader.cancel();
      throw new AdjointError(
        'FILE_INVALID',
        `${source}: unpacks to more than the ${most} bytes that its header announces; the file is damaged or hostile.`,
      );
    }
  }
}
