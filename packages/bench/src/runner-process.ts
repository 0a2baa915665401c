import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { InitialArray } from './works.js';
import type { Runner } from './runners.js';
import type { Answer, Request } from './serve.js';

/** A runner that is up and waits for requests. While it waits it uses no processor, so that runners can take turns. */
export class RunnerProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #answers: AsyncIterator<string>;
  /** The last words on standard error, or what else ended it. */
  #complaint = '';
  version = '';

  private constructor(
    readonly runner: Runner,
    readonly patience: number,
  ) {
    const environment = { ...process.env, OMP_NUM_THREADS: String(runner.threads) };
    this.#child = spawn(runner.command, runner.args, { stdio: ['pipe', 'pipe', 'pipe'], env: environment });
    this.#child.on('error', (error) => (this.#complaint = error.message));
    this.#child.stdin.on('error', () => undefined);
    this.#child.stderr.on('data', (data: Buffer) => (this.#complaint = `${this.#complaint}${data}`.slice(-2000)));
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /**
   * Starts the runner, which may take `patience` milliseconds for an answer and is ended if it does not.
   * @throws Error with what it said, where it does not come up; the other methods throw where it ends.
   */
  static async start(runner: Runner, patience: number): Promise<RunnerProcess> {
    const process = new RunnerProcess(runner, patience);
    process.version = (await process.#answer()).ready ?? '';
    return process;
  }

  /** Builds the program of a task from the arrays in a file; returns milliseconds, or why it cannot. */
  async prepare(
    task: string,
    file: string,
    arrays: readonly InitialArray[],
  ): Promise<{ readonly milliseconds: number } | { readonly cannot: string }> {
    const shapes = arrays.map(({ name, shape }) => ({ name, shape }));
    const { milliseconds, cannot } = await this.#ask({ prepare: task, file, arrays: shapes });
    return cannot === undefined ? { milliseconds: milliseconds! } : { cannot };
  }

  /** Runs the program `times` times; returns the mean in milliseconds. */
  async run(times: number): Promise<number> {
    return (await this.#ask({ run: times })).milliseconds!;
  }

  /** The number to compare programs by, after the last run. */
  async check(): Promise<number> {
    return (await this.#ask({ check: true })).value!;
  }

  stop(): void {
    this.#child.kill();
  }

  #ask(request: Request): Promise<Answer> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return this.#answer();
  }

  async #answer(): Promise<Answer> {
    const timer = setTimeout(() => {
      this.stop();
      this.#complaint = `took longer than ${this.patience / 1000} s`;
    }, this.patience);
    const { value, done } = await this.#answers.next();
    clearTimeout(timer);
    if (done) throw new Error(lastLine(this.#complaint) || 'ended without a word');
    return JSON.parse(value) as Answer;
  }
}

function lastLine(text: string): string {
  const lines = text.trim().split('\n');
  // Node prints the stack and its version below the message.
  return (lines.findLast((line) => /error/i.test(line) && !line.startsWith('    at ')) ?? lines.at(-1) ?? '').trim();
}
