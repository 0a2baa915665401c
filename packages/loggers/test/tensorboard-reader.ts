// A reader of event files that shares nothing with the writer, after the documents of TFRecord and protobuf.

/** Fields of a message by number, in their order. */
export type Fields = ReadonlyMap<number, readonly (number | Uint8Array)[]>;

/** CRC-32C bit by bit, from the definition in RFC 3720. */
export function slowCrc32c(bytes: Uint8Array): number {
  let remainder = 0xffffffffn;
  for (const byte of bytes)
    for (let bit = 0n; bit < 8n; bit++) {
      const isOdd = ((remainder ^ (BigInt(byte) >> bit)) & 1n) === 1n;
      remainder = (remainder >> 1n) ^ (isOdd ? 0x82f63b78n : 0n);
    }
  return Number(remainder ^ 0xffffffffn);
}

/** The contents of the records of a file; throws where a checksum is wrong. */
export function readRecords(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const check = (from: number, to: number): void => {
    const masked = BigInt(view.getUint32(to, true));
    const rotated = (masked - 0xa282ead8n + (1n << 32n)) % (1n << 32n);
    const crc = Number(((rotated >> 17n) | (rotated << 15n)) % (1n << 32n));
    if (crc !== slowCrc32c(file.subarray(from, to))) throw new Error(`the checksum at byte ${to} is wrong`);
  };
  const records: Uint8Array[] = [];
  for (let at = 0; at < file.length;) {
    const length = Number(view.getBigUint64(at, true));
    check(at, at + 8);
    check(at + 12, at + 12 + length);
    records.push(file.subarray(at + 12, at + 12 + length));
    at += 16 + length;
  }
  return records;
}

/** The fields of a message: numbers of varints, float32 and float64 as such, the rest as bytes. */
export function readFields(bytes: Uint8Array): Fields {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const fields = new Map<number, (number | Uint8Array)[]>();
  let at = 0;
  const varint = (): number => {
    let [value, shift] = [0n, 0n];
    for (;;) {
      const byte = BigInt(bytes[at++]!);
      value |= (byte & 127n) << shift;
      if (byte < 128n) return Number(BigInt.asIntN(64, value));
      shift += 7n;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const [field, wireType] = [tag >> 3, tag & 7];
    const found = fields.get(field) ?? [];
    fields.set(field, found);
    if (wireType === 0) found.push(varint());
    else if (wireType === 1) {
      found.push(view.getFloat64(at, true));
      at += 8;
    } else if (wireType === 5) {
      found.push(view.getFloat32(at, true));
      at += 4;
    } else if (wireType === 2) {
      const length = varint();
      found.push(bytes.subarray(at, at + length));
      at += length;
    } else throw new Error(`wire type ${wireType}`);
  }
  return fields;
}

/** The only value of a field that is a number. */
export function numberOf(fields: Fields, field: number): number {
  const [value] = fields.get(field) ?? [];
  if (typeof value !== 'number') throw new Error(`field ${field} is no number`);
  return value;
}

/** The values of a field that are bytes. */
export function bytesOf(fields: Fields, field: number): Uint8Array[] {
  return (fields.get(field) ?? []).map((value) => {
    if (typeof value === 'number') throw new Error(`field ${field} is a number`);
    return value;
  });
}

/** Messages in a field. */
export function messagesOf(fields: Fields, field: number): Fields[] {
  return bytesOf(fields, field).map(readFields);
}

export function textOf(fields: Fields, field: number): string {
  return new TextDecoder().decode(bytesOf(fields, field)[0] ?? new Uint8Array());
}

export function doublesOf(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / 8 }, (_, i) => view.getFloat64(8 * i, true));
}
