import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program, which may import the packages, in a Node of its own under flags. */
export function runProgram(flags: readonly string[], program: string): Promise<Ran> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [...flags, '--input-type=module', '-e', program], {
      cwd: resolve('packages/tooling'),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', fail);
    child.on('close', (code) =>
      code === 0 ? done({ stdout, stderr }) : fail(new Error(`exit code ${code}: ${stdout}${stderr}`)),
    );
  });
}
