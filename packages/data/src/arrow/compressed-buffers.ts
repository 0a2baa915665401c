import { checkMaxBytes } from '@adjoint/core/options';
import { CompressionType, setCompressionCodec } from '@uwdata/flechette';
import { decompressZstd } from 'hyparquet-compressors';
import { unpackLz4Frame } from './lz4-frame.js';

/** Bytes that the call under way may still unpack, and its source: codecs are registered once, and told nothing of options. */
let allowance: { left: number; readonly source: string } | undefined;

/** Runs `work`, within which no more than `maxBytes` are unpacked. */
export function withAllowance<T>(maxBytes: number | undefined, source: string, work: () => T): T {
  allowance = { left: maxBytes ?? Infinity, source };
  try {
    return work();
  } finally {
    allowance = undefined;
  }
}

const unpackers = {
  [CompressionType.LZ4_FRAME]: unpackLz4Frame,
  [CompressionType.ZSTD]: (bytes: Uint8Array, target: Uint8Array) => {
    const unpacked = decompressZstd(bytes, target);
    if (unpacked.length !== target.length)
      throw new Error(`Zstandard gives ${unpacked.length} bytes instead of ${target.length}`);
    return unpacked;
  },
};

for (const [type, unpack] of Object.entries(unpackers))
  setCompressionCodec(Number(type) as 0 | 1, {
    decode(bytes) {
      // Before the compressed bytes stands how many they are unpacked.
      const size = Number(new DataView(bytes.buffer, bytes.byteOffset - 8, 8).getBigInt64(0, true));
      if (!(size >= 0 && size < 2 ** 32)) throw new Error(`a buffer of ${size} bytes`);
      if (allowance) {
        checkMaxBytes(size, allowance.left, allowance.source);
        allowance.left -= size;
      }
      return unpack(bytes, new Uint8Array(size));
    },
    encode() {
      throw new Error('nothing is compressed here');
    },
  });
