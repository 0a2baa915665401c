import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a command to its end and returns what it printed; a failure is an error that shows all of that. */
export async function runCommand(command: string, parameters: readonly string[], directory = '.'): Promise<string> {
  const limits = { maxBuffer: 2 ** 26, timeout: 100_000 };
  // Coverage is collected from this process only: a compiler or package manager would drown it.
  const env = { ...process.env, NODE_V8_COVERAGE: '', FORCE_COLOR: '0' };
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
