import { inflateSync } from 'node:zlib';

/** A PNG of one channel with 8 bits and no filter; the checksums of its chunks are tried by a table of their own. */
export function decodePng(png: Uint8Array): { width: number; height: number; rows: number[][] } {
  const file = Buffer.from(png);
  if (file.subarray(0, 8).toString('latin1') !== '\x89PNG\r\n\x1a\n') throw new Error('no PNG');
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < file.length;) {
    const length = file.readUInt32BE(at);
    const body = file.subarray(at + 4, at + 8 + length);
    if (file.readUInt32BE(at + 8 + length) !== slowCrc32(body)) throw new Error('a checksum is wrong');
    chunks.set(body.subarray(0, 4).toString('latin1'), body.subarray(4));
    at += 12 + length;
  }
  const header = chunks.get('IHDR')!;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const data = inflateSync(chunks.get('IDAT')!);
  const rows = Array.from({ length: height }, (_, y) => [...data.subarray(y * (width + 1) + 1, (y + 1) * (width + 1))]);
  return { width, height, rows };
}

function slowCrc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
