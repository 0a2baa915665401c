import type { Draw } from './draw.js';

/** What numbers in a text become. */
const numbers = [
  '0',
  '-1',
  '1',
  '2',
  '7',
  '0.5',
  '1e9',
  '4294967296',
  '99999999999999999999',
  '1e400',
  'null',
  '""',
  '[]',
];

/** A file after one to four changes: of bits, of lengths, of numbers within text, or of parts put elsewhere. */
export function mutated(draw: Draw, original: Uint8Array, words: readonly string[] = []): Uint8Array {
  let bytes: Uint8Array = original;
  for (let changes = draw.int(1, 4); changes > 0; changes--) bytes = changed(draw, bytes, words);
  return bytes;
}

function changed(draw: Draw, bytes: Uint8Array, words: readonly string[]): Uint8Array {
  const at = draw.int(0, Math.max(0, bytes.length - 1));
  const to = Math.min(bytes.length, at + draw.int(1, draw.once(4) ? 200 : 8));
  const joined = (...parts: readonly Uint8Array[]): Uint8Array => {
    const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let place = 0;
    for (const part of parts) {
      all.set(part, place);
      place += part.length;
    }
    return all;
  };
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  switch (draw.int(0, 8)) {
    case 0:
      return bytes.length === 0 ? bytes : bytes.with(at, bytes[at]! ^ (1 << draw.int(0, 7)));
    case 1:
      return bytes.length === 0 ? bytes : bytes.with(at, draw.pick([0, 1, 0x0a, 0x22, 0x2c, 0x7f, 0x80, 0xff]));
    case 2:
      return bytes.slice(0, at);
    case 3:
      return joined(bytes.subarray(0, at), bytes.subarray(to));
    case 4:
      return joined(bytes.subarray(0, to), bytes.subarray(at));
    case 5:
      return joined(
        bytes.subarray(0, at),
        Uint8Array.from(draw.list(draw.int(1, 12), () => draw.int(0, 255))),
        bytes.subarray(at),
      );
    case 6:
      return words.length === 0 ? bytes : joined(bytes.subarray(0, at), encode(draw.pick(words)), bytes.subarray(at));
    default:
      return withOtherNumber(draw, bytes, at, (from, until) =>
        joined(bytes.subarray(0, from), encode(draw.pick(numbers)), bytes.subarray(until)),
      );
  }
}

/** Replaces the digits that stand at a place or after it. */
function withOtherNumber(
  draw: Draw,
  bytes: Uint8Array,
  at: number,
  replace: (from: number, until: number) => Uint8Array,
): Uint8Array {
  const isDigit = (i: number): boolean => bytes[i]! >= 0x30 && bytes[i]! <= 0x39;
  for (let from = at; from < Math.min(bytes.length, at + 200); from++) {
    if (!isDigit(from)) continue;
    let until = from;
    while (until < bytes.length && isDigit(until)) until++;
    return replace(from, until);
  }
  return bytes.slice(draw.int(0, Math.min(8, bytes.length)));
}
