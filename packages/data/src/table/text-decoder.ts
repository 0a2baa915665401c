import { AdjointError } from '@adjoint/core';

/** Turns the bytes of a file into text, piece by piece, and refuses bytes that are none. */
export class StrictDecoder {
  #decoder: TextDecoder | undefined;

  /** `encoding` as TextDecoder names it; a byte-order mark decides if not given, and UTF-8 without one. */
  constructor(
    readonly encoding: string | undefined,
    readonly source: string,
  ) {}

  /** @throws AdjointError `FILE_INVALID` for bytes that the encoding does not know, `OPTIONS_INVALID` for an unknown one. */
  decode(bytes: Uint8Array, more: boolean): string {
    this.#decoder ??= this.#open(bytes);
    try {
      return this.#decoder.decode(bytes, { stream: more });
    } catch (cause) {
      throw new AdjointError(
        'FILE_INVALID',
        `${this.source}: it is not ${this.#decoder.encoding.toUpperCase()}; say how it is encoded, as in encoding: 'latin1' (Windows and Excel) or 'utf-16le', or save it as UTF-8.`,
        { cause },
      );
    }
  }

  #open([first, second]: Uint8Array): TextDecoder {
    const marked =
      first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
    const encoding = this.encoding ?? marked ?? 'utf-8';
    try {
      return new TextDecoder(encoding, { fatal: true });
    } catch (cause) {
      throw new AdjointError(
        'OPTIONS_INVALID',
        `${this.source}: the encoding '${encoding}' is not known; use one of 'utf-8', 'utf-16le', 'utf-16be', 'latin1' or another name of the Encoding Standard.`,
        { cause },
      );
    }
  }
}

/** The bytes of a file from its start, in pieces; called again for each pass. */
export type OpenBytes = () => AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>;

/** The text of a file in pieces; see `StrictDecoder`. */
export async function* textOf(open: OpenBytes, encoding: string | undefined, source: string): AsyncGenerator<string> {
  const decoder = new StrictDecoder(encoding, source);
  for await (const bytes of await open()) yield decoder.decode(bytes, true);
  yield decoder.decode(new Uint8Array(), false);
}
