import { AdjointError } from '@adjoint/core';
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { selfCheckProgram } from '../self-check-program.js';
import { optimizations, type CCompiler, type FoundCompiler } from './c-compiler.js';
import { runCommandSync, type CommandLimits } from './run-command.js';

/** Goes up when the programs of the self-check change, so that they run again. */
const revision = 1;
/** Exit code of the self-check where the compiler refuses code or computes wrong values. */
export const wrongValues = 3;
/** How code crashes that is wrong, or that the processor does not know. */
const crashes = /^signal SIG(?:ABRT|BUS|FPE|ILL|SEGV)$/;
const limits: CommandLimits = { seconds: 120, outputBytes: 1 << 20 };
/** Characters of the check's output that an error or a warning shows. */
const shownOutput = 1000;

/** Results of self-checks in this process, by fingerprint: an empty string, or what was wrong. */
const verdicts = new Map<string, string>();
const warned = new Set<string>();

/**
 * A found compiler with the fastest flags that it knows and computes right values with. That is tried once for each
 * compiler, flags and processor, and remembered in the directory.
 * @throws AdjointError `BACKEND_MISSING` if there are no such flags.
 */
export function chooseFlags(found: FoundCompiler, directory: string): CCompiler {
  const problems: string[] = [];
  for (const [i, optimization] of optimizations.entries()) {
    const compiler = found.withFlags(optimization);
    const flags = optimization.join(' ');
    if (typeof compiler === 'string') {
      problems.push(compiler);
      continue;
    }
    const verdict = verdictOn(compiler, i, directory);
    if (verdict !== '') {
      problems.push(`fails the self-check with ${flags} (${verdict})`);
      continue;
    }
    if (problems.length > 0)
      warnOnce(
        `The C compiler '${found.command}' ${problems.join('; it ')}. The native backend uses it with ${flags}, which is slower.`,
      );
    return compiler;
  }
  throw new AdjointError(
    'BACKEND_MISSING',
    `The native backend needs a C compiler that computes right values; '${found.command}' ${problems.join('; it ')}. Name another one with the option compiler or the variable CC, or use the backend wasm.`,
  );
}

/** An empty string, or what is wrong with what a compiler makes. */
function verdictOn(compiler: CCompiler, optimization: number, directory: string): string {
  const known = verdicts.get(compiler.fingerprint);
  if (known !== undefined) return known;
  const record = join(directory, `${compiler.fingerprint}.check-${revision}`);
  const verdict = readRecord(record) ?? check(compiler.command, optimization, record);
  verdicts.set(compiler.fingerprint, verdict);
  return verdict;
}

/** A verdict that was remembered; what was not written to its end is none. */
function readRecord(path: string): string | undefined {
  try {
    const [, verdict] = /^verdict: (.*)\n$/s.exec(readFileSync(path, 'utf8')) ?? [];
    const now = new Date();
    utimesSync(path, now, now);
    return verdict;
  } catch {
    return undefined;
  }
}

/** Runs the self-check in a process of its own, since wrong code may crash or never end. */
function check(command: string, optimization: number, record: string): string {
  // A bundler may have left it out.
  if (!existsSync(selfCheckProgram)) return '';
  const { NODE_OPTIONS: _, ...env } = process.env;
  const args = [selfCheckProgram, command, String(optimization)];
  const { failure, status, output } = runCommandSync(process.execPath, args, limits, env);
  const said = output.trim().slice(0, shownOutput);
  const verdict = failure === undefined ? '' : status === wrongValues ? said : `${failure}: ${said}`;
  // Other failures may be of the machine, and for once.
  if (status === 0 || status === wrongValues || crashes.test(failure ?? ''))
    try {
      writeFileSync(record, `verdict: ${verdict}\n`, { mode: 0o600 });
    } catch {
      // The next process checks again.
    }
  return verdict;
}

function warnOnce(message: string): void {
  if (warned.has(message)) return;
  warned.add(message);
  console.warn(message);
}
