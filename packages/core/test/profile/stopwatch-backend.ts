import { ReferenceBackend, type Executable, type Program } from '../../src/backend/index.js';

/** Computes as the reference does, and takes the times that it is told to have taken. */
export class StopwatchBackend extends ReferenceBackend {
  override readonly name: string = 'stopwatch';
  /** Runs that were measured. */
  runs = 0;

  constructor(readonly milliseconds: (run: number, kernel: number) => number) {
    super();
  }

  override compile(program: Program): Executable {
    const executable = super.compile(program);
    return {
      ...executable,
      profile: (arena, bound) => {
        void executable.run(arena, bound);
        const run = this.runs++;
        return program.kernels.map((_, kernel) => this.milliseconds(run, kernel));
      },
    };
  }
}
