/** A thread that answers each message with one of its own. It keeps no process alive. */
export interface WorkerThread {
  /** Sends a message and waits for the answer; rejects if the thread fails. */
  ask(message: unknown): Promise<void>;
  /** Calls back once if the thread ends or fails by itself. */
  onEnd(callback: (reason: string) => void): void;
  terminate(): void;
}

/** Starts a thread that runs `source` and gets `introduction` as its first message. */
export type StartWorker = (source: string, introduction: unknown) => WorkerThread;
