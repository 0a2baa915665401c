import { spawn, spawnSync, type SpawnSyncReturns } from 'node:child_process';

/** How long a command may run, and how much it may write, before it is killed. */
export interface CommandLimits {
  readonly seconds: number;
  readonly outputBytes: number;
}

export interface CommandResult {
  /** Why it failed: an exit code, a signal, a limit, or an error of the system; undefined if it did not. */
  readonly failure: string | undefined;
  /** Whether it was killed at a limit. */
  readonly isLimit: boolean;
  /** What it wrote to both outputs, cut after some 16,000 characters. */
  readonly output: string;
}

/** Characters of output that are kept. */
const keptOutput = 1 << 14;

/** Runs a command to its end, or kills it and all that it has started when it reaches a limit. */
export function runCommand(program: string, args: readonly string[], limits: CommandLimits): Promise<CommandResult> {
  return new Promise((resolve) => {
    // In a process group of its own, so that what it starts can be killed with it.
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: process.platform !== 'win32' });
    let output = '';
    let written = 0;
    const kill = (): void => killGroup(child.pid);
    const finish = (failure: string | undefined, isLimit = false): void => {
      clearTimeout(timer);
      process.off('exit', kill);
      resolve({ failure, isLimit, output });
    };
    const stop = (reason: string): void => {
      kill();
      // Something that was not killed might hold the pipes open, so nothing waits for their end.
      child.stdout.destroy();
      child.stderr.destroy();
      finish(reason, true);
    };
    const timer = setTimeout(() => stop(tooLong(limits)), limits.seconds * 1000);
    process.once('exit', kill);
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        written += text.length;
        output = `${output}${text}`.slice(0, keptOutput);
        if (written > limits.outputBytes) stop(tooMuch(limits));
      });
    child.on('error', (error) => finish(error.message));
    child.on('close', (code, signal) => finish(code === 0 ? undefined : ended(code, signal)));
  });
}

/** As `runCommand`, but waits for the end, and kills the command alone. `stdout` is complete. */
export function runCommandSync(
  program: string,
  args: readonly string[],
  limits: CommandLimits,
  env: NodeJS.ProcessEnv = process.env,
): CommandResult & { readonly status: number | null; readonly stdout: string } {
  let result: SpawnSyncReturns<string>;
  try {
    result = spawnSync(program, args, {
      encoding: 'utf8',
      input: '',
      env,
      timeout: limits.seconds * 1000,
      killSignal: 'SIGKILL',
      maxBuffer: limits.outputBytes,
    });
  } catch (error) {
    // Node's permission model.
    return { status: null, stdout: '', output: '', isLimit: false, failure: String(error) };
  }
  const { status, signal, stdout, stderr, error } = result;
  const said = { status, stdout, output: `${stderr ?? ''}${stdout ?? ''}`.slice(0, keptOutput) };
  const code = error && 'code' in error ? error.code : undefined;
  if (code === 'ETIMEDOUT') return { ...said, failure: tooLong(limits), isLimit: true };
  if (code === 'ENOBUFS') return { ...said, failure: tooMuch(limits), isLimit: true };
  return { ...said, isLimit: false, failure: status === 0 ? undefined : (error?.message ?? ended(status, signal)) };
}

function tooLong({ seconds }: CommandLimits): string {
  return `it did not end within ${seconds} seconds`;
}

function tooMuch({ outputBytes }: CommandLimits): string {
  return `it wrote more than ${outputBytes} bytes`;
}

function ended(code: number | null, signal: NodeJS.Signals | null): string {
  return signal ? `signal ${signal}` : `exit code ${code}`;
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
