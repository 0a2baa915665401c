/**
 * Encoded wasm as a tree, so that putting pieces together copies nothing; a function in it is asked at the very end.
 */
export type Bytes = readonly (number | Bytes | (() => Bytes))[];

export function flatten(bytes: Bytes, output: number[] = []): number[] {
  for (const part of bytes) {
    if (typeof part === 'number') output.push(part);
    else flatten(typeof part === 'function' ? part() : part, output);
  }
  return output;
}

/** Unsigned LEB128 of an integer in 0 … 2³² − 1. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return [...bytes, rest];
}

/** Signed LEB128 of a 64-bit integer. */
export function signed(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asIntN(64, value);
  for (;;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    if ((rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

/** A vector in the sense of the binary format: the count, then the items. */
export function list(items: readonly Bytes[]): Bytes {
  return [unsigned(items.length), items];
}

/** The length of content in bytes, then the content. */
export function sized(content: Bytes): number[] {
  const bytes = flatten(content);
  return [...unsigned(bytes.length), ...bytes];
}

export function text(value: string): number[] {
  return sized([...new TextEncoder().encode(value)]);
}
