import { convertIndexedToRgb, decode } from 'fast-png';
import { joinBytes } from '@adjoint/core';
import { unpack } from '../unpack.js';
import type { Pixels } from './image.js';

/** Parts that say what the pixels are; others may hold compressed texts of any size. */
const pixelParts = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);

/** Samples of a pixel, by the type of colour that the header names. */
const samplesOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Bytes that the pixels of a PNG file take as rows of samples; undefined where its header is cut off. */
export function pngSize(bytes: Uint8Array): { readonly pixels: number; readonly rowBytes: number } | undefined {
  if (bytes.length < 33) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const bits = width * view.getUint8(24) * (samplesOf[view.getUint8(25)] ?? 4);
  return { pixels: width * height, rowBytes: height * (1 + Math.ceil(bits / 8)) };
}

/**
 * The pixels of a PNG file whose header has been looked at. What is compressed in it is unpacked within the size that the
 * header announces first, since a small file may unpack to gigabytes.
 */
export async function pngPixels(bytes: Uint8Array, rowBytes: number, source: string): Promise<Pixels> {
  const parts = partsOf(bytes);
  const compressed = joinBytes(parts.filter(({ name }) => name === 'IDAT').map(({ data }) => data));
  // Interlaced rows begin more often.
  const most = 2 * rowBytes + 64;
  await unpack(compressed, 'deflate', source, () => most);
  const kept = parts.filter(({ name }) => pixelParts.has(name)).map(({ whole }) => whole);
  const png = decode(joinBytes([bytes.subarray(0, 8), ...kept]), { checkCrc: true });
  const { width, height, depth } = png;
  if (png.palette) {
    const data = convertIndexedToRgb(png);
    return { data, width, height, channels: data.length / (width * height), most: 255 };
  }
  const data = depth < 8 ? unpacked(png.data, width, height, depth) : png.data;
  return { data, width, height, channels: png.channels, most: 2 ** depth - 1 };
}

interface Part {
  readonly name: string;
  readonly data: Uint8Array;
  /** With length, name and check sum. */
  readonly whole: Uint8Array;
}

function partsOf(bytes: Uint8Array): Part[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const parts: Part[] = [];
  for (let at = 8; at < bytes.length;) {
    const start = at + 8;
    const end = start + view.getUint32(at);
    if (end + 4 > bytes.length) throw new Error('it is cut off');
    const name = String.fromCharCode(...bytes.subarray(at + 4, start));
    parts.push({ name, data: bytes.subarray(start, end), whole: bytes.subarray(at, end + 4) });
    at = end + 4;
    if (name === 'IEND') break;
  }
  return parts;
}

/** Several pixels to a byte, each row from a byte on. */
function unpacked(packed: ArrayLike<number>, width: number, height: number, depth: number): Uint8Array {
  const rowBytes = Math.ceil((width * depth) / 8);
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const [row, column] = [Math.floor(i / width), i % width];
    const bit = column * depth;
    const byte = packed[row * rowBytes + (bit >> 3)] ?? 0;
    return (byte >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
  });
}
