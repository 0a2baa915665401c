import { AdjointError } from '@adjoint/core';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { vectorTarget, type VectorTarget } from '../render/vector-target.js';

/** No -ffast-math: NaN, infinities and the order of sums stay what they are. */
const flags = [
  '-std=gnu11',
  '-O3',
  '-march=native',
  '-fopenmp',
  '-fPIC',
  '-shared',
  '-fno-math-errno',
  '-fno-trapping-math',
  '-fwrapv',
  // Never unloaded: threads of OpenMP may still be in its code when a process ends.
  ...(process.platform === 'linux' ? ['-Wl,-z,nodelete'] : []),
];

/** The machine's C compiler. */
export interface CCompiler {
  readonly command: string;
  /** What it says of itself, its flags and the processor's features, as a hash: libraries are only good for the same. */
  readonly fingerprint: string;
  readonly target: VectorTarget;
  /**
   * Compiles the C in the file `source` to the shared library `output`.
   * @throws AdjointError `INTERNAL` with the file, the command and the head of what the compiler said, if it fails.
   */
  compile(source: string, output: string): Promise<void>;
}

/** The command of the variable CC, or cc. */
export function defaultCompiler(): string {
  return process.env['CC'] || 'cc';
}

/**
 * Finds out about a compiler by running it.
 * @throws AdjointError `BACKEND_MISSING` if it is not there or does not know OpenMP or vectors.
 */
export function findCompiler(command: string): CCompiler {
  const ask = (args: readonly string[], hint: string): string => {
    const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', input: '' });
    if (status === 0) return stdout;
    const reason = error?.message ?? (stderr.trim() || `exit code ${status}`);
    throw new AdjointError(
      'BACKEND_MISSING',
      `The native backend needs a C compiler; '${command}' ${hint}: ${reason}.`,
    );
  };
  const version = ask(
    ['--version'],
    'cannot be run. Install one (on Debian and Ubuntu: apt install gcc libc6-dev), name it with the option compiler or the variable CC, or use the backend wasm. The reason',
  );
  const macros = ask(
    [...flags, '-dM', '-E', '-x', 'c', '-include', 'omp.h', '-'],
    `does not know ${flags.join(' ')} and omp.h, as GCC does; name another one with the option compiler or the variable CC, or use the backend wasm. The reason`,
  );
  const fingerprint = createHash('sha256')
    .update([version, flags.join(' '), processorFeatures()].join('\n'))
    .digest('hex');
  return {
    command,
    fingerprint,
    target: vectorTarget(macros),
    compile: (source, output) => compile(command, [...flags, '-x', 'c', source, '-o', output, '-lm'], source),
  };
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

/** Characters of the compiler's output that an error shows. */
const shownOutput = 2000;

function compile(command: string, args: readonly string[], source: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const errors: string[] = [];
    const fail = (reason: string): void => {
      const output = errors.join('').trim().slice(0, shownOutput);
      reject(
        new AdjointError(
          'INTERNAL',
          `The C compiler failed on generated code (${reason}), which is kept in ${source}. The command was:\n${[command, ...args].join(' ')}\n${output}`,
        ),
      );
    };
    child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
    child.on('error', (error) => fail(error.message));
    child.on('close', (code) => (code === 0 ? resolve() : fail(`exit code ${code}`)));
  });
}
