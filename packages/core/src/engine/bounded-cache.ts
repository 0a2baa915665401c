/** Most bytes that the values of a cache hold, as far as it knows. */
const mostBytes = 256 * 2 ** 20;

/**
 * A map that forgets what was used longest ago once it holds more than `limit` entries, or more than 256 MiB by `bytesOf`.
 * The last entry stays.
 */
export class BoundedCache<V> {
  readonly #entries = new Map<string, V>();
  #bytes = 0;

  constructor(
    readonly limit: number,
    readonly forget: (value: V) => void,
    readonly bytesOf: (value: V) => number = () => 0,
  ) {}

  get(key: string): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  set(key: string, value: V): void {
    this.#entries.set(key, value);
    this.#bytes += this.bytesOf(value);
    for (const [oldest, dropped] of this.#entries) {
      const { size } = this.#entries;
      if (size === 1 || (size <= this.limit && this.#bytes <= mostBytes)) return;
      this.#entries.delete(oldest);
      this.#bytes -= this.bytesOf(dropped);
      this.forget(dropped);
    }
  }

  clear(): void {
    for (const value of this.#entries.values()) this.forget(value);
    this.#entries.clear();
    this.#bytes = 0;
  }
}
