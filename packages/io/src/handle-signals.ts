import { constants } from 'node:os';

const ending = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What a closed pipe or terminal answers to those who write to it. */
const closed = new Set(['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED']);

/** Signals that end a program, while they are handled. */
export interface Interruption {
  /** Aborts when the first of them comes, which is its reason; for `fit`, `app.run` and ensembles. */
  readonly signal: AbortSignal;
  /** 128 and the signal's number, once one has come: what shells report for a program that it ended. */
  readonly exitCode: number | undefined;
  /** Leaves signals to the system again. */
  release(): void;
}

/**
 * From now on SIGINT, SIGTERM and SIGHUP abort `signal`, so that runs end at the next step boundary and the program can
 * save and end by itself; its exit code is then that of the signal. A second signal ends the program at once. A standard
 * output that is closed, as by `| head` or with its terminal, stops what is printed and not the program.
 */
export function handleSignals(): Interruption {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const release = (): void => {
    for (const name of ending) process.off(name, interrupt);
  };
  const interrupt = (name: (typeof ending)[number]): void => {
    release();
    exitCode = 128 + constants.signals[name];
    process.exitCode = exitCode;
    controller.abort(name);
  };
  for (const name of ending) process.on(name, interrupt);
  for (const stream of [process.stdout, process.stderr])
    if (!stream.listeners('error').includes(ignoreClosed)) stream.on('error', ignoreClosed);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    release,
  };
}

function ignoreClosed(error: NodeJS.ErrnoException): void {
  if (!closed.has(error.code ?? '')) throw error;
}
