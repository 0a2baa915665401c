import type { ExamplesFile, RunMetadata } from '@adjoint/loggers/node';
import type { RunState } from '../server/run-files.js';
import { RunData } from '../view/run-data.js';

/** A run as far as it has come here. */
interface Followed {
  data: RunData;
  state: RunState;
  /** Bytes of the log that have come. */
  events: number;
  version: number;
  examples: ExamplesFile | undefined;
}

/** The runs of the server, which are read further as they grow. */
export class FollowedRuns {
  readonly #runs = new Map<string, Followed>();
  #isReading = false;
  #latest: readonly RunState[] = [];

  /** `onChange` is called whenever something has come. */
  constructor(readonly onChange: () => void) {}

  /** In the order of their beginning, the newest first. */
  get all(): RunData[] {
    const runs = [...this.#runs.values()].map(({ data }) => data);
    return runs.sort((a, b) => b.metadata.started.localeCompare(a.metadata.started) || (a.name < b.name ? -1 : 1));
  }

  examplesOf(run: RunData): ExamplesFile | undefined {
    return this.#runs.get(run.name)?.examples;
  }

  follow(onConnection: (isOpen: boolean) => void): void {
    const source = new EventSource('/changes');
    source.addEventListener('open', () => onConnection(true));
    source.addEventListener('error', () => onConnection(false));
    source.addEventListener('message', ({ data }: MessageEvent<string>) => {
      this.#latest = JSON.parse(data) as RunState[];
      void this.#read();
    });
  }

  /** One reading at a time, until all that was announced has come. */
  async #read(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      for (let states = this.#latest; ; states = this.#latest) {
        for (const id of this.#runs.keys()) if (!states.some((state) => state.id === id)) this.#runs.delete(id);
        for (const state of states) if (await this.#readRun(state)) this.onChange();
        if (states === this.#latest) break;
      }
    } finally {
      this.#isReading = false;
    }
    this.onChange();
  }

  /** Whether something has come. */
  async #readRun(state: RunState): Promise<boolean> {
    const { id } = state;
    let known = this.#runs.get(id);
    if (known && known.events > state.events) known = undefined;
    if (known?.version === state.version && known.events === state.events) return false;
    if (known?.version !== state.version) {
      const metadata = await json<RunMetadata>(`/runs/${id}/metadata`);
      if (!metadata) return false;
      // Another run in the same folder begins anew.
      if (!known || known.data.metadata.started !== metadata.started)
        known = { data: new RunData(metadata), state, events: 0, version: 0, examples: undefined };
      known.examples = await json<ExamplesFile>(`/runs/${id}/examples`);
      known.version = state.version;
      this.#runs.set(id, known);
    }
    // A character may be cut in two where a piece ends.
    const decoder = new TextDecoder();
    while (known!.events < state.events) {
      const response = await fetch(`/runs/${id}/events?from=${known!.events}`);
      const bytes = response.ok ? new Uint8Array(await response.arrayBuffer()) : new Uint8Array();
      if (bytes.length === 0) break;
      const end = bytes.lastIndexOf(10) + 1;
      if (end === 0) break;
      known!.data.add(decoder.decode(bytes.subarray(0, end)));
      known!.events += end;
    }
    return true;
  }
}

async function json<T>(address: string): Promise<T | undefined> {
  const response = await fetch(address);
  return response.ok ? ((await response.json()) as T) : undefined;
}
