import type { WasmMemory } from '../memory/wasm-memory.js';
import { CONTROL, readMessages } from './control.js';
import { workerSource, type Delivery, type Introduction } from './worker-source.js';
import type { StartWorker, WorkerThread } from './worker-thread.js';

/**
 * Threads that run a program together: this one and workers, which sleep between programs. Every thread executes the
 * same program on the same memory and takes its share of each step.
 */
export class Team {
  /** Address of the control words. */
  readonly control: number;
  readonly #words: Int32Array;
  readonly #delivered = new Set<WebAssembly.Module>();
  readonly #dropped: string[] = [];
  #workers: readonly WorkerThread[] = [];
  #starting: Promise<number> | undefined;

  /** `size`: how many threads there are to be. */
  constructor(
    readonly memory: WasmMemory,
    readonly size: number,
    readonly startWorker: StartWorker,
  ) {
    this.control = memory.allocate(CONTROL.bytes);
    this.#words = new Int32Array(memory.memory.buffer, this.control, CONTROL.bytes / 4);
    const isPage = typeof document !== 'undefined';
    this.#words[CONTROL.firstMaySleep / 4] = isPage ? 0 : 1;
  }

  /**
   * How many threads there are, this one included. Workers are started the first time; where they cannot be had (in a
   * page that is not cross-origin isolated, say), this thread is alone.
   */
  start(): Promise<number> {
    return (this.#starting ??= this.#startWorkers().then(() => 1 + this.#workers.length));
  }

  /** Hands code to all workers. */
  async deliver(modules: readonly WebAssembly.Module[]): Promise<void> {
    const missing = modules.filter((module) => !this.#delivered.has(module));
    if (missing.length === 0) return;
    missing.forEach((module) => this.#delivered.add(module));
    this.#order(readMessages);
    await this.#send({ modules: missing, dropped: this.#dropped.splice(0) });
  }

  /** Tells the workers, with the next delivery, that functions are not needed any more. */
  drop(names: readonly string[], modules: readonly WebAssembly.Module[]): void {
    modules.forEach((module) => this.#delivered.delete(module));
    this.#dropped.push(...names);
  }

  /** Runs steps of a program on all threads; `own` is the program as this thread has it. */
  run(program: number, own: (...parameters: number[]) => void, firstStep: number, endStep: number): void {
    const threads = 1 + this.#workers.length;
    if (threads > 1) {
      this.#words[CONTROL.threads / 4] = threads;
      this.#words[CONTROL.firstStep / 4] = firstStep;
      this.#words[CONTROL.endStep / 4] = endStep;
      this.#order(program);
    }
    own(0, threads, firstStep, endStep);
  }

  close(): void {
    for (const worker of this.#workers) worker.terminate();
    this.#workers = [];
  }

  async #startWorkers(): Promise<void> {
    const introduce = (thread: number): Introduction => ({
      memory: this.memory.memory,
      control: this.control,
      thread,
    });
    try {
      this.#workers = Array.from({ length: this.size - 1 }, (_, i) => this.startWorker(workerSource, introduce(i + 1)));
      await this.#send({ modules: [], dropped: [] });
    } catch {
      this.close();
    }
  }

  async #send(delivery: Delivery): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.ask(delivery)));
  }

  #order(program: number): void {
    this.#words[CONTROL.program / 4] = program;
    Atomics.add(this.#words, CONTROL.sequence / 4, 1);
    Atomics.notify(this.#words, CONTROL.sequence / 4);
  }
}
