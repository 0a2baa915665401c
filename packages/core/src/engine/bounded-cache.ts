/** A map that forgets what was used longest ago once it holds more than `limit` entries. */
export class BoundedCache<V> {
  readonly #entries = new Map<string, V>();

  constructor(
    readonly limit: number,
    readonly forget: (value: V) => void,
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
    if (this.#entries.size <= this.limit) return;
    const [oldest, dropped] = this.#entries.entries().next().value!;
    this.#entries.delete(oldest);
    this.forget(dropped);
  }

  clear(): void {
    for (const value of this.#entries.values()) this.forget(value);
    this.#entries.clear();
  }
}
