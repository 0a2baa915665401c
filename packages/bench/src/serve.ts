import { createInterface } from 'node:readline';
import { readArrays, type ArrayShape } from './initial-arrays.js';
import type { Builder, Program } from './program.js';
import type { ConvolutionSettings } from './works.js';

/** What the benchmark writes to a runner's standard input, one JSON object a line. */
export type Request =
  | {
      readonly prepare: string;
      readonly file: string;
      readonly arrays: readonly ArrayShape[];
      readonly settings?: ConvolutionSettings;
    }
  | { readonly run: number }
  | { readonly check: true };

/** What the runner answers on its standard output, one line each; the first line, unasked, is `ready`. */
export interface Answer {
  /** The version of what is measured. */
  readonly ready?: string;
  /** Building took this long, or one run did on average. */
  readonly milliseconds?: number;
  /** Floating-point operations of a run, where the work leaves them to the runner. */
  readonly flops?: number;
  readonly value?: number;
  /** Why there is no program for the task. */
  readonly cannot?: string;
}

/** Makes this process a runner: it prepares and runs the programs of `builders` as it is told. */
export async function serve(version: string, builders: Readonly<Record<string, Builder>>): Promise<void> {
  // Whatever a library prints must not stand between the answers.
  console.log = console.info = console.error;
  const answer = (content: Answer): void => void process.stdout.write(`${JSON.stringify(content)}\n`);
  let program: Program | undefined;
  answer({ ready: version });
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as Request;
    if ('prepare' in request) {
      const build = builders[request.prepare];
      if (!build) {
        answer({ cannot: 'there is no program for it' });
        continue;
      }
      const arrays = readArrays(request.file, request.arrays);
      const start = performance.now();
      program = await build(arrays, request.settings);
      const { flops } = program;
      answer({ milliseconds: performance.now() - start, ...(flops !== undefined && { flops }) });
    } else if ('run' in request) {
      const start = performance.now();
      for (let i = 0; i < request.run; i++) await program!.run();
      answer({ milliseconds: (performance.now() - start) / request.run });
    } else {
      answer({ value: await program!.check() });
    }
  }
}
