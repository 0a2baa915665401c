import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Ends what hangs; a busy machine takes minutes to pack or to install. */
const timeout = 600_000;

/** Runs a command to its end and returns what it printed; a failure is an error that shows all of that. */
export async function runCommand(
  command: string,
  parameters: readonly string[],
  directory = '.',
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  // Coverage is collected from this process only: a compiler or package manager would drown it.
  const env = { ...process.env, NODE_V8_COVERAGE: '', FORCE_COLOR: '0', ...environment };
  try {
    const { stdout, stderr } = await promisify(execFile)(command, parameters, {
      cwd: directory,
      env,
      timeout,
      maxBuffer: 2 ** 26,
    });
    return stdout + stderr;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${parameters.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}
