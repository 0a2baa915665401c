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

/** A turn of the event loop; timers of browsers would wait for at least 4 ms. */
function macrotask(): Promise<void> {
  const { setImmediate: immediate } = globalThis as { setImmediate?: (callback: () => void) => unknown };
  return new Promise((resolve) => {
    if (immediate) return immediate(resolve);
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => {
      port1.close();
      resolve();
    });
    port1.start();
    return port2.postMessage(undefined);
  });
}
