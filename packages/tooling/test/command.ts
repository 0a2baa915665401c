import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface CommandOptions {
  /** After so many seconds it is ended; 300 if not given, since machines are busy. */
  readonly seconds?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs a command to its end and returns what it printed; a failure is an error that shows all of that. */
export async function runCommand(
  command: string,
  parameters: readonly string[],
  directory = '.',
  { seconds = 300, environment }: CommandOptions = {},
): Promise<string> {
  const limits = { maxBuffer: 2 ** 26, timeout: seconds * 1000 };
  // Coverage is collected from this process only: a compiler or package manager would drown it.
  const env = { ...process.env, NODE_V8_COVERAGE: '', FORCE_COLOR: '0', ...environment };
  try {
    const { stdout, stderr } = await promisify(execFile)(command, parameters, {
      cwd: directory,
      env,
      ...limits,
    });
    return stdout + stderr;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${parameters.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}
