import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Runner } from './runners.js';
import type { Answer, Request } from './serve.js';
import type { Work } from './works.js';

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

  /** Builds the program of a work from the arrays in a file; returns milliseconds, or why it cannot. */
  async prepare(
    { task, arrays, settings, flops: own }: Work,
    file: string,
  ): Promise<{ readonly milliseconds: number; readonly flops: number } | { readonly cannot: string }> {
    const shapes = arrays.map(({ name, shape }) => ({ name, shape }));
    const { milliseconds, cannot, flops } = await this.#ask({
      prepare: task,
      file,
      arrays: shapes,
      ...(settings && { settings }),
    });
    return cannot === undefined ? { milliseconds: milliseconds!, flops: flops ?? own } : { cannot };
  }

  /** Runs the program `times` times; returns the mean in milliseconds. */
  async run(times: number): Promise<number> {
    return (await this.#ask({ run: times })).milliseconds!;
  }

  /** The number to compare programs by, after the last run. */
  async check(): Promise<number> {
    return (await this.#ask({ check: true })).value!;
  }

  /** The most memory that it has had so far, in MiB; undefined where the system does not tell (it is not Linux). */
  get peakMiB(): number | undefined {
    try {
      const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
      const [, kibibytes] = /^VmHWM:\s*(\d+) kB/m.exec(status) ?? [];
      return kibibytes === undefined ? undefined : Number(kibibytes) / 1024;
    } catch {
      return undefined;
    }
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
