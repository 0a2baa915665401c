import { joinBytes } from '@adjoint/core';

/** A message of Arrow's IPC format: a schema, a dictionary, or rows. */
export interface ArrowMessage {
  readonly kind: 'schema' | 'dictionary' | 'rows' | 'other';
  readonly bytes: Uint8Array;
}

const kinds = ['other', 'schema', 'dictionary', 'rows'] as const;

/** Metadata are as long as there are columns; nothing has more. */
const longestMetadata = 2 ** 28;

/**
 * Cuts a stream, or a file, of Arrow's IPC format into its messages
 * (https://arrow.apache.org/docs/format/Columnar.html#encapsulated-message-format). A file is a stream between two marks, and
 * what it has besides, for those who jump within it, is left out.
 * @throws Error where it is cut off, or something else
 */
export async function* messagesIn(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<ArrowMessage> {
  const reader = new PieceReader(pieces);
  let start = await reader.take(8);
  const isFile = String.fromCharCode(...start.subarray(0, 6)) === 'ARROW1';
  if (isFile) start = await reader.take(8);
  for (; start.length > 0; start = await reader.take(8)) {
    if (start.length < 8) break;
    const view = new DataView(start.buffer, start.byteOffset, 8);
    if (view.getInt32(0, true) !== -1) throw new Error('a message does not begin as those of Arrow since 0.15 do');
    const length = view.getInt32(4, true);
    if (length === 0) return;
    if (!(length > 0 && length <= longestMetadata)) throw new Error(`metadata of ${length} bytes`);
    const metadata = await reader.take(length);
    const { kind, bodyLength } = readMetadata(metadata);
    const body = await reader.take(bodyLength);
    if (metadata.length < length || body.length < bodyLength) throw new Error('it is cut off');
    yield { kind, bytes: joinBytes([start, metadata, body]) };
  }
  // A stream may just end, between two messages.
  if (isFile || start.length > 0) throw new Error('it is cut off');
}

/** Of a table in FlatBuffers, the two fields that say where a message ends and what it is. */
function readMetadata(bytes: Uint8Array): { readonly kind: ArrowMessage['kind']; readonly bodyLength: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const table = view.getInt32(0, true);
  const layout = table - view.getInt32(table, true);
  const place = (field: number): number | undefined => {
    const offset = field < view.getInt16(layout, true) ? view.getInt16(layout + field, true) : 0;
    return offset === 0 ? undefined : table + offset;
  };
  const [kindAt, lengthAt] = [place(6), place(10)];
  const bodyLength = lengthAt === undefined ? 0 : Number(view.getBigInt64(lengthAt, true));
  if (!(bodyLength >= 0 && bodyLength < 2 ** 32)) throw new Error(`a message of ${bodyLength} bytes`);
  return { kind: kinds[kindAt === undefined ? 0 : view.getUint8(kindAt)] ?? 'other', bodyLength };
}

/** Takes a number of bytes from pieces of other lengths. */
class PieceReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #held: Uint8Array = new Uint8Array();

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** Fewer only where the pieces end. */
  async take(length: number): Promise<Uint8Array> {
    const parts = [this.#held];
    let available = this.#held.length;
    while (available < length) {
      const { value, done } = await this.#pieces.next();
      if (done) break;
      parts.push(value);
      available += value.length;
    }
    const all = parts.length === 1 ? this.#held : joinBytes(parts);
    this.#held = all.subarray(length);
    return all.subarray(0, length);
  }
}
