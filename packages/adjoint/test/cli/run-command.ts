import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../../../bin/adjoint.js', import.meta.url));

const asTerminal = ['--import', 'data:text/javascript,process.stderr.isTTY=true'];

export interface Outcome {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

export interface Surroundings {
  /** What the standard input holds. */
  readonly input?: string;
  /** Whether the standard error is a terminal. */
  readonly isTerminal?: boolean;
  /** Whether somebody reads the standard output. */
  readonly readsOutput?: boolean;
}

/** Runs `adjoint` in a folder. */
export function adjoint(
  directory: string,
  args: readonly string[],
  { input = '', isTerminal = false, readsOutput = true }: Surroundings = {},
): Promise<Outcome> {
  // As a stranger has it: what runs the tests may have put the packages of the workspace into everybody's reach.
  const { NODE_PATH: _, ...env } = process.env;
  const child = spawn(process.execPath, [...(isTerminal ? asTerminal : []), command, ...args], { cwd: directory, env });
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  if (!readsOutput) child.stdout.destroy();
  child.stdin.end(input);
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', (code) => done({ code, output, errors }));
  });
}
