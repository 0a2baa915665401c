import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../../../bin/adjoint.js', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs `adjoint` in a folder. */
export function adjoint(directory: string, args: readonly string[], input = ''): Promise<Outcome> {
  // As a stranger has it: what runs the tests may have put the packages of the workspace into everybody's reach.
  const { NODE_PATH: _, ...env } = process.env;
  const child = spawn(process.execPath, [command, ...args], { cwd: directory, env });
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  child.stdin.end(input);
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', (code) => done({ code, output, errors }));
  });
}
