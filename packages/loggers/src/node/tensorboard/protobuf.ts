// Messages of protobuf, as far as event files need them: a message is the bytes of its fields one after the other.
// https://protobuf.dev/programming-guides/encoding

/** The encoded fields of a message. */
export type Message = Uint8Array;

const utf8 = new TextEncoder();

/** A message of fields. */
export function message(...fields: readonly Uint8Array[]): Message {
  const all = new Uint8Array(fields.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const field of fields) {
    all.set(field, at);
    at += field.length;
  }
  return all;
}

/** int32, int64, bool or an enumeration; whole numbers ≥ 0 up to 2⁵³. */
export function whole(field: number, value: number): Message {
  return message(tag(field, 0), varint(value));
}

export function double(field: number, value: number): Message {
  return message(tag(field, 1), doubles([value]));
}

export function float(field: number, value: number): Message {
  const content = new Uint8Array(4);
  new DataView(content.buffer).setFloat32(0, value, true);
  return message(tag(field, 5), content);
}

/** Text, bytes or another message. */
export function bytes(field: number, value: string | Message): Message {
  const content = typeof value === 'string' ? utf8.encode(value) : value;
  return message(tag(field, 2), varint(content.length), content);
}

/** A repeated double, packed. */
export function packedDoubles(field: number, values: readonly number[]): Message {
  return bytes(field, doubles(values));
}

/** A map from text to messages. */
export function map(field: number, entries: Iterable<readonly [string, Message]>): Message {
  return message(...[...entries].map(([key, value]) => bytes(field, message(bytes(1, key), bytes(2, value)))));
}

function doubles(values: readonly number[]): Message {
  const content = new Uint8Array(8 * values.length);
  const view = new DataView(content.buffer);
  values.forEach((value, i) => view.setFloat64(8 * i, value, true));
  return content;
}

function tag(field: number, wireType: number): Message {
  return varint(field * 8 + wireType);
}

function varint(value: number): Message {
  const parts: number[] = [];
  let rest = value;
  while (rest >= 128) {
    parts.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return Uint8Array.from([...parts, rest]);
}
