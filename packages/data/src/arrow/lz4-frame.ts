const magic = 0x18_4d_22_04;

/**
 * Unpacks a frame of LZ4 (https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md) into `target`, which it must fill. Its
 * checksums are not looked at, and it has no dictionary: so Arrow writes it.
 * @throws Error where it is damaged
 */
export function unpackLz4Frame(frame: Uint8Array, target: Uint8Array): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  if (view.getUint32(0, true) !== magic) throw new Error('no frame of LZ4');
  const flags = view.getUint8(4);
  if (flags >> 6 !== 1 || (flags & 1) !== 0) throw new Error('a frame of LZ4 in another version, or with a dictionary');
  const checksum = flags & 16 ? 4 : 0;
  let from = flags & 8 ? 15 : 7;
  let to = 0;
  for (;;) {
    const stored = view.getUint32(from, true);
    from += 4;
    if (stored === 0) break;
    const length = stored & 0x7f_ff_ff_ff;
    if (from + length > frame.length) throw new Error('a block of LZ4 is cut off');
    const block = frame.subarray(from, from + length);
    // Blocks may copy what those before them have given.
    to = stored === length ? unpackBlock(block, target, to) : put(block, target, to);
    from += length + checksum;
  }
  if (to !== target.length) throw new Error(`LZ4 gives ${to} bytes instead of ${target.length}`);
  return target;
}

/** Literals and copies by turns (https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md). */
function unpackBlock(block: Uint8Array, target: Uint8Array, start: number): number {
  let from = 0;
  let to = start;
  const lengthFrom = (nibble: number): number => {
    let length = nibble;
    if (nibble === 15)
      for (let byte = 255; byte === 255; length += byte) {
        byte = block[from++] ?? 0;
      }
    return length;
  };
  while (from < block.length) {
    const token = block[from++]!;
    const literals = lengthFrom(token >> 4);
    if (from + literals > block.length) throw new Error('a block of LZ4 is cut off');
    to = put(block.subarray(from, from + literals), target, to);
    from += literals;
    // The last ones are not followed by a copy.
    if (from === block.length) break;
    const distance = block[from]! + (block[from + 1] ?? 0) * 256;
    from += 2;
    const end = to + 4 + lengthFrom(token & 15);
    if (distance === 0 || distance > to || end > target.length) throw new Error('LZ4 copies from outside');
    // What is copied may be a part of the copy itself.
    for (; to < end; to++) target[to] = target[to - distance]!;
  }
  return to;
}

function put(bytes: Uint8Array, target: Uint8Array, at: number): number {
  if (at + bytes.length > target.length) throw new Error('LZ4 gives more bytes than announced');
  target.set(bytes, at);
  return at + bytes.length;
}
