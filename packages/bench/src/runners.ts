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

/** The first is what the others are compared with. */
export const runners: readonly Runner[] = [
  {
    name: 'adjoint-wasm',
    threads: 1,
    command: process.execPath,
    args: [path('./adjoint/runner.js')],
    hint: 'build the workspace with npm run setup',
  },
  {
    name: 'pytorch',
    threads: 1,
    command: process.platform === 'linux' ? '/usr/bin/python3' : 'python3',
    args: [`${peersDirectory}/pytorch.py`],
    hint: "Debian's package python3-torch has it",
  },
  {
    name: 'jax-js',
    threads: 1,
    command: process.execPath,
    args: [`${peersDirectory}/jax.mjs`],
    hint: 'npm must be able to install it',
  },
  {
    name: 'tfjs-cpu',
    threads: 1,
    command: process.execPath,
    args: [`${peersDirectory}/tfjs.mjs`],
    hint: 'npm must be able to install it',
  },
];
