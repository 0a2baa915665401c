/** Reads the binary format of WebAssembly from its start to its end. */
export class ByteReader {
  #cursor = 0;

  constructor(readonly bytes: Uint8Array) {}

  get isAtEnd(): boolean {
    return this.#cursor >= this.bytes.length;
  }

  byte(): number {
    return this.bytes[this.#cursor++]!;
  }

  take(count: number): Uint8Array {
    return this.bytes.subarray(this.#cursor, (this.#cursor += count));
  }

  /** Unsigned LEB128 below 2³². */
  unsigned(): number {
    return Number(BigInt.asUintN(32, this.signed(false)));
  }

  /** Signed LEB128; without the extension of the sign, unsigned. */
  signed(extend = true): bigint {
    let [value, shift] = [0n, 0n];
    for (;;) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      shift += 7n;
      if (byte < 0x80) return extend && byte >= 0x40 ? value - (1n << shift) : value;
    }
  }

  /** A length in bytes, then as many bytes of content. */
  sized(): ByteReader {
    return new ByteReader(this.take(this.unsigned()));
  }

  text(): string {
    return new TextDecoder().decode(this.sized().bytes);
  }

  /** A count, then as many items. */
  list<Item>(read: () => Item): Item[] {
    return Array.from({ length: this.unsigned() }, read);
  }
}
