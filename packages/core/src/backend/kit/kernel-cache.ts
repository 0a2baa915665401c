/** Kernels that are kept; beyond them the cache starts anew. */
const mostKept = 4096;

/** Compiles kernels, and finds those again that were compiled for another program. */
export class KernelCache<Source, Kernel> {
  readonly #kernels = new Map<string, Kernel>();

  /**
   * @param keyOf Equal for sources that one kernel serves.
   * @param compile Makes the kernels of sources whose keys differ, in their order.
   * @param forget Is told the kernels that are dropped.
   */
  constructor(
    readonly keyOf: (source: Source) => string,
    readonly compile: (missing: readonly Source[]) => Promise<readonly Kernel[]>,
    readonly forget: (kernels: readonly Kernel[]) => void = () => {},
  ) {}

  /** The kernel of each source; all that are new are compiled together. */
  async get(sources: readonly Source[]): Promise<Kernel[]> {
    if (this.#kernels.size > mostKept) this.clear();
    const keys = sources.map(this.keyOf);
    const missing = new Map<string, Source>();
    for (const [i, source] of sources.entries()) {
      const key = keys[i]!;
      if (!this.#kernels.has(key) && !missing.has(key)) missing.set(key, source);
    }
    if (missing.size > 0) {
      const compiled = await this.compile([...missing.values()]);
      for (const [i, key] of [...missing.keys()].entries()) this.#kernels.set(key, compiled[i]!);
    }
    return keys.map((key) => this.#kernels.get(key)!);
  }

  clear(): void {
    this.forget([...this.#kernels.values()]);
    this.#kernels.clear();
  }
}
