/** A turn of the event loop; timers of browsers would wait for at least 4 ms. */
export function macrotask(): Promise<void> {
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
