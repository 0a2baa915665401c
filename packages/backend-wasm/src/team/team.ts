import { AdjointError } from '@adjoint/core';
import type { WasmMemory } from '../memory/wasm-memory.js';
import { CONTROL } from './control.js';
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
  #size: number;
  #workers: readonly WorkerThread[] = [];
  #starting: Promise<void> | undefined;

  /** `size`: how many threads there are to be. */
  constructor(
    readonly memory: WasmMemory,
    size: number,
    readonly startWorker: StartWorker,
  ) {
    this.#size = size;
    this.control = memory.allocate(CONTROL.bytes);
    this.#words = new Int32Array(memory.memory.buffer, this.control, CONTROL.bytes / 4);
    const isPage = typeof document !== 'undefined';
    this.#words[CONTROL.firstMaySleep / 4] = isPage ? 0 : 1;
  }

  /** How many threads there are, this one included, or will be once they are started. */
  get size(): number {
    return this.#size;
  }

  /**
   * Starts the workers, the first time. Where they cannot be had, because a policy or a permission forbids it, say, this
   * thread is alone.
   */
  async start(): Promise<number> {
    await (this.#starting ??= this.#startWorkers());
    return this.#size;
  }

  /** Hands code to all workers. */
  async deliver(modules: readonly WebAssembly.Module[]): Promise<void> {
    const missing = modules.filter((module) => !this.#delivered.has(module));
    if (missing.length === 0) return;
    missing.forEach((module) => this.#delivered.add(module));
    await this.#send({ modules: missing, dropped: this.#dropped.splice(0) });
  }

  /** Tells the workers, with the next delivery, that functions are not needed any more. */
  drop(names: readonly string[], modules: readonly WebAssembly.Module[]): void {
    if (this.#size === 1) return;
    modules.forEach((module) => this.#delivered.delete(module));
    this.#dropped.push(...names);
  }

  /**
   * Runs steps of a program on all threads; `own` is the program as this thread has it, which waits for the others for
   * some `patience` in seconds.
   * @throws AdjointError `INTERNAL` if one of them has ended or failed; from then on this thread is alone.
   */
  run(
    program: number,
    own: (...parameters: number[]) => void,
    {
      firstStep,
      endStep,
      patience,
    }: { readonly firstStep: number; readonly endStep: number; readonly patience: number },
  ): void {
    const threads = 1 + this.#workers.length;
    this.#words[CONTROL.program / 4] = program;
    this.#words[CONTROL.threads / 4] = threads;
    this.#words[CONTROL.firstStep / 4] = firstStep;
    this.#words[CONTROL.endStep / 4] = endStep;
    this.#words[CONTROL.patience / 4] = patience;
    this.#wake(CONTROL.orders);
    try {
      own(0, threads, firstStep, endStep);
    } catch (cause) {
      this.#goAlone(String(cause));
      throw new AdjointError(
        'INTERNAL',
        'A thread of the wasm backend has ended or failed while a program ran. What the program should update may be updated in part: load a checkpoint before you go on.',
        { cause },
      );
    }
  }

  close(): void {
    const workers = this.#workers;
    this.#workers = [];
    for (const worker of workers) worker.terminate();
  }

  /** Gives up the workers. Programs that were compiled for them must be compiled again. */
  #goAlone(reason: string): void {
    if (this.#size === 1) return;
    this.#size = 1;
    this.close();
    console.warn(`The wasm backend goes on with one thread: ${reason}`);
  }

  async #startWorkers(): Promise<void> {
    const introduce = (thread: number): Introduction => ({
      memory: this.memory.memory,
      control: this.control,
      thread,
    });
    try {
      for (let thread = 1; thread < this.#size; thread++) {
        const worker = this.startWorker(workerSource, introduce(thread));
        this.#workers = [...this.#workers, worker];
        worker.onEnd((reason) => {
          if (this.#workers.includes(worker)) this.#goAlone(reason);
        });
      }
    } catch (error) {
      this.#goAlone(String(error));
    }
    await this.#send({ modules: [], dropped: [] });
  }

  async #send(delivery: Delivery): Promise<void> {
    this.#wake(CONTROL.messages);
    try {
      await Promise.all(this.#workers.map((worker) => worker.ask(delivery)));
    } catch (error) {
      if (this.#workers.length > 0) this.#goAlone(String(error));
    }
  }

  /** Wakes the workers to one more of something, which they count as well: none is missed by who was busy with another. */
  #wake(count: typeof CONTROL.orders | typeof CONTROL.messages): void {
    Atomics.add(this.#words, count / 4, 1);
    Atomics.add(this.#words, CONTROL.sequence / 4, 1);
    Atomics.notify(this.#words, CONTROL.sequence / 4);
  }
}
