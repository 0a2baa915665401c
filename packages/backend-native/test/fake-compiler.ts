import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultCompiler } from '../src/library/c-compiler.js';

const made: string[] = [];
process.once('exit', () => made.forEach((path) => rmSync(path, { recursive: true, force: true })));

/** A new directory that goes when the tests end. */
export function temporary(): string {
  const path = mkdtempSync(join(tmpdir(), 'adjoint-test-'));
  made.push(path);
  return path;
}

/**
 * The command of a compiler that answers questions as the real one does, and runs a shell script where it should compile;
 * `real "$@"` in there is the real one.
 */
export function fakeCompiler(script: string, name = 'cc'): string {
  const path = join(temporary(), name);
  const text = `#!/bin/sh
real() { ${defaultCompiler()} "$@"; }
case " $* " in *" --version "*|*" -dM "*) real "$@"; exit;; esac
${script}
`;
  writeFileSync(path, text, { mode: 0o755 });
  return path;
}

/** What is written with console.warn while `work` runs. */
export async function warnings(work: () => unknown): Promise<string[]> {
  const texts: string[] = [];
  const { warn } = console;
  console.warn = (text: string) => texts.push(text);
  try {
    await work();
  } finally {
    console.warn = warn;
  }
  return texts;
}
