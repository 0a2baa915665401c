import { CONTROL } from './control.js';

/** What a worker is told first. */
export interface Introduction {
  readonly memory: WebAssembly.Memory;
  /** Address of the control words. */
  readonly control: number;
  /** Its number, from 1; the thread that gives the orders is 0. */
  readonly thread: number;
}

/** Code for a worker to take over, and names of functions that are not needed any more. */
export interface Delivery {
  readonly modules: readonly WebAssembly.Module[];
  readonly dropped: readonly string[];
}

/**
 * The program of a worker. It is text, not a file of its own, so that every bundler carries it along. A worker keeps
 * the functions of all modules by name, as the first thread does; those of the host are missing, since only the
 * first thread runs steps that call them.
 */
export const workerSource = `
const port = typeof require === 'function' ? require('node:worker_threads').parentPort : self;
const functions = {};
let memory, words, thread;
let run = 0;
let read = 0;
const instantiate = (module) => {
  const imports = { env: { memory }, functions: { ...functions } };
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module))
    if (kind === 'function') (imports[from] ??= {})[name] ??= () => 0;
  Object.assign(functions, new WebAssembly.Instance(module, imports).exports);
};
port.onmessage = ({ data }) => {
  if (data.memory) {
    ({ memory, thread } = data);
    words = new Int32Array(memory.buffer, data.control, ${CONTROL.bytes / 4});
    return;
  }
  for (const name of data.dropped) delete functions[name];
  data.modules.forEach(instantiate);
  read++;
  port.postMessage('ready');
  for (;;) {
    const seen = Atomics.load(words, ${CONTROL.sequence / 4});
    // First the messages: they bring the programs.
    if (Atomics.load(words, ${CONTROL.messages / 4}) !== read) return;
    if (Atomics.load(words, ${CONTROL.orders / 4}) === run) {
      Atomics.wait(words, ${CONTROL.sequence / 4}, seen);
      continue;
    }
    run++;
    try {
      functions['program' + words[${CONTROL.program / 4}]](
        thread, words[${CONTROL.threads / 4}], words[${CONTROL.firstStep / 4}], words[${CONTROL.endStep / 4}]);
    } catch {
      Atomics.store(words, ${CONTROL.failed / 4}, 1);
      Atomics.notify(words, ${CONTROL.generation / 4});
    }
  }
};
`;
