import { AdjointError } from '@adjoint/core';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { vectorTarget, type VectorTarget } from '../render/vector-target.js';
import { runCommand, runCommandSync, type CommandLimits, type CommandResult } from './run-command.js';

/** Flags of every compilation. No -ffast-math: NaN, infinities and the order of sums stay what they are. */
const commonFlags = [
  '-std=gnu11',
  '-w',
  '-fopenmp',
  '-fPIC',
  '-shared',
  '-fno-math-errno',
  '-fno-trapping-math',
  '-fwrapv',
  // Never unloaded: threads of OpenMP may still be in its code when a process ends.
  ...(process.platform === 'linux' ? ['-Wl,-z,nodelete'] : []),
];

/** Ways to optimise, the fastest first; each of the others is for compilers that fail, or compute wrong values, in those before it. */
export const optimizations: readonly (readonly string[])[] = [
  ['-O3', '-march=native'],
  ['-O2', '-fno-tree-vectorize'],
];

/** A question to the compiler is answered at once; a source file on a busy machine may take minutes. */
const questionLimits: CommandLimits = { seconds: 30, outputBytes: 4 << 20 };
const compileLimits: CommandLimits = { seconds: 300, outputBytes: 1 << 20 };
/** Characters of the compiler's output that an error shows. */
const shownOutput = 2000;

/** A C compiler with its flags. */
export interface CCompiler {
  /** As the user gave it. */
  readonly command: string;
  readonly flags: readonly string[];
  /** A hash of its name, what it says of itself, its flags and the processor's features: libraries are only good for the same. */
  readonly fingerprint: string;
  readonly target: VectorTarget;
  /**
   * Compiles the C in the file `source` to the shared library `output`.
   * @throws AdjointError with the file, the command and the head of what the compiler said: `INTERNAL` if it refuses the
   * code, `BACKEND_MISSING` if it does not end or floods its output.
   */
  compile(source: string, output: string): Promise<void>;
}

/** A C compiler before its flags are chosen. */
export interface FoundCompiler {
  readonly command: string;
  /** The compiler with flags to optimise, or why it cannot be used with them, as what follows its name in a sentence. */
  withFlags(optimization: readonly string[]): CCompiler | string;
}

/** The command of the variable CC, or cc. */
export function defaultCompiler(): string {
  return process.env['CC'] || 'cc';
}

/**
 * Finds a compiler by its command, which may have flags.
 * @throws AdjointError `BACKEND_MISSING` if it cannot be run.
 */
export function findCompiler(
  command: string,
  limits = { question: questionLimits, compile: compileLimits },
): FoundCompiler {
  const [program, ...ownFlags] = wordsOf(command);
  const version = runCommandSync(program, [...ownFlags, '--version'], limits.question);
  if (version.failure !== undefined)
    throw new AdjointError(
      'BACKEND_MISSING',
      `The native backend needs a C compiler; '${command}' cannot be run. Install one (on Debian and Ubuntu: apt install gcc libc6-dev), name it with the option compiler or the variable CC, or use the backend wasm. The reason: ${reasonOf(version)}.`,
    );
  const withFlags = (optimization: readonly string[]): CCompiler | string => {
    const flags = [...ownFlags, ...commonFlags, ...optimization];
    const question = [...flags, '-dM', '-E', '-x', 'c', '-include', 'omp.h', '-'];
    const macros = runCommandSync(program, question, limits.question);
    if (macros.failure !== undefined)
      return `does not know ${flags.join(' ')} and omp.h, as GCC does (${reasonOf(macros)})`;
    return {
      command,
      flags,
      fingerprint: hashOf([program, version.stdout, flags.join(' '), processorFeatures()].join('\n')),
      target: vectorTarget(macros.stdout),
      compile: (source, output) =>
        compile(program, [...flags, '-x', 'c', source, '-o', output, '-lm'], source, limits.compile),
    };
  };
  return { command, withFlags };
}

async function compile(program: string, args: readonly string[], source: string, limits: CommandLimits): Promise<void> {
  const { failure, isLimit, output } = await runCommand(program, args, limits);
  if (failure === undefined) return;
  throw new AdjointError(
    isLimit ? 'BACKEND_MISSING' : 'INTERNAL',
    `The C compiler failed on generated code (${failure}), which is in ${source}. The command was:\n${[program, ...args].join(' ')}\n${output.trim().slice(0, shownOutput)}`,
  );
}

/** The words of a command; quotes hold words together, and a path to a file that is there is one word. */
function wordsOf(command: string): readonly [program: string, ...flags: string[]] {
  if (existsSync(command)) return [command];
  const words = Array.from(
    command.matchAll(/"([^"]*)"|'([^']*)'|\S+/g),
    ([word, double, single]) => double ?? single ?? word,
  );
  const [program = command, ...flags] = words;
  return [program, ...flags];
}

function reasonOf({ failure, isLimit, output }: CommandResult): string {
  return (!isLimit && output.trim().slice(0, shownOutput)) || String(failure);
}

/** What tells processors with other instructions apart. */
function processorFeatures(): string {
  const model = `${process.platform} ${process.arch} ${cpus()[0]?.model ?? ''}`;
  try {
    const features = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? '';
    return `${model} ${features.trim().split(/\s+/).toSorted().join(' ')}`;
  } catch {
    return model;
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
