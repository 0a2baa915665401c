import { macrotask } from '../engine/macrotask.js';

/** Longest time in milliseconds for which a run keeps the event loop to itself. */
const longest = 25;

/** Lets timers, signals and a page's events in, if the last time is long enough ago. */
export class Breather {
  #last = performance.now();

  async breathe(): Promise<void> {
    if (performance.now() - this.#last < longest) return;
    await macrotask();
    this.#last = performance.now();
  }
}
