import { backends, type KnownBackend } from '@adjoint/conformance';
import { fileURLToPath } from 'node:url';

/** A program that is measured, as a command that speaks the protocol of serve.ts. */
export interface Runner {
  readonly name: string;
  readonly threads: number;
  readonly command: string;
  readonly args: readonly string[];
  /** What to do where it does not start. */
  readonly hint: string;
}

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** Where the peers written in JavaScript are installed, apart from the workspace. */
export const peersDirectory = path('../../peers');

export function label({ name, threads }: Pick<Runner, 'name' | 'threads'>): string {
  return `${name} (${threads})`;
}

const npmHint = 'npm must be able to install it';

function javascript(name: string, threads: number, script: string, ...args: string[]): Runner {
  return { name, threads, command: process.execPath, args: [script, ...args], hint: npmHint };
}

function adjoint({ name }: KnownBackend, threads: number): Runner {
  const hint = 'build the workspace with npm run setup; the native backend also needs a C compiler';
  return { ...javascript(`adjoint-${name}`, threads, path('./adjoint/runner.js'), name), hint };
}

/** Adjoint's runners load it from the bundles that `bundlePackages` has written, as published packages are loaded. */
export function fromBundles(runner: Runner): Runner {
  if (!runner.name.startsWith('adjoint-')) return runner;
  return { ...runner, args: ['--conditions=bundled', ...runner.args] };
}

function pytorch(threads: number): Runner {
  return {
    name: 'pytorch',
    threads,
    command: process.platform === 'linux' ? '/usr/bin/python3' : 'python3',
    args: [`${peersDirectory}/pytorch.py`],
    hint: "Debian's package python3-torch has it",
  };
}

/** The first is what the others are compared with. Each is told its number of threads by OMP_NUM_THREADS. */
export const runners: readonly Runner[] = [
  ...backends
    .filter(({ tileLoop }) => tileLoop !== undefined)
    .flatMap((backend) => [adjoint(backend, 1), adjoint(backend, 2)]),
  pytorch(1),
  pytorch(2),
  javascript('onnxruntime', 1, `${peersDirectory}/onnxruntime.mjs`),
  javascript('onnxruntime', 2, `${peersDirectory}/onnxruntime.mjs`),
  javascript('jax-js', 1, `${peersDirectory}/jax.mjs`),
  javascript('tfjs-wasm', 1, `${peersDirectory}/tfjs.mjs`, 'wasm'),
  javascript('tfjs-cpu', 1, `${peersDirectory}/tfjs.mjs`, 'cpu'),
];
